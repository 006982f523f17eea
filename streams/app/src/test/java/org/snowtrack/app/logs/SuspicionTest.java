package org.snowtrack.app.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuspicionTest {

    /** What is looked for, as plainly as it can be said. */
    private static final Pattern REFUSAL = Pattern.compile("eject|enied|refuse|ser unknown|nknown user|locked using"
            + "|o such user|reylist|(?<![0-9])([45])[0-9][0-9][ -]\\1\\.[0-9]\\.[0-9]");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x: Rejected",
                "eject",
                "access denied",
                "refused to talk",
                "User unknown",
                "Unknown user",
                "blocked using a list",
                "No such user",
                "Greylisted",
                "550 5.1.1",
                "say 450-4.7.1 later"
            })
    void shouldSuspectTheWordsOfRefusals(String line) {
        assertThat(looksLikeRefusal(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ejec",
                "connect from a.example[192.0.2.5]",
                "relay=b.example[5.5.5.5]:25, dsn=2.0.0",
                "550 4.1.1",
                "1550 5.1.1",
                "550 5.1.",
                "550 5.1.x"
            })
    void shouldNotSuspectOtherLines(String line) {
        assertThat(looksLikeRefusal(line)).isFalse();
    }

    @Property
    void shouldSuspectWhatASlowSearchFinds(@ForAll("lines") String line) {
        assertThat(looksLikeRefusal(line)).isEqualTo(REFUSAL.matcher(line).find());
    }

    @Provide
    Arbitrary<String> lines() {
        Arbitrary<String> parts = Arbitraries.of(
                "eject", "enie", "d", "refuse", "ref", "ser ", "unknown", " user", "locked", " using", "o such",
                "reylist", "5", "4", "50", " ", "-", ".", "5.1.1", "1.1", "550 ", "x", "ü");
        return parts.list().ofMinSize(0).ofMaxSize(8).map(list -> String.join("", list));
    }

    /** Amid bytes that would change the answer if they were looked at. */
    private static boolean looksLikeRefusal(String line) {
        byte[] bytes = ("550 5.1.1 eje" + line + "ct denied").getBytes(StandardCharsets.UTF_8);
        int to = bytes.length - "ct denied".length();
        return Suspicion.looksLikeRefusal(bytes, "550 5.1.1 eje".length(), to);
    }
}
