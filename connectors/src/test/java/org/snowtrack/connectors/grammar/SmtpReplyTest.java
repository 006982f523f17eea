package org.snowtrack.connectors.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SmtpReplyTest {

    /** A line of the table: a reason, a blank, a reply. */
    static List<String> table() throws IOException {
        return Files.readAllLines(Path.of("src", "test", "resources", "replies.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("table")
    void shouldTellWhyTheServerRefused(String line) {
        // Given
        int blank = line.indexOf(' ');

        // When
        Reason reason = SmtpReply.of(line.substring(blank + 1)).reason();

        // Then
        assertThat(reason).isEqualTo(Reason.valueOf(line.substring(0, blank)));
    }

    @Test
    void shouldKnowEveryReasonFromManyReplies() throws IOException {
        assertThat(table()).hasSizeGreaterThan(150);
        assertThat(table().stream()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .collect(Collectors.toSet()))
                .hasSize(Reason.values().length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "550 5.1.1 <b@example.org>... User unknown|550 5.1.1",
                "550-5.1.1 The email account|550 5.1.1",
                "550 #5.1.0 Address rejected.|550 5.1.0",
                "550 (#5.1.1) no|550 5.1.1",
                "550 sorry, no mailbox here by that name. (#5.1.1)|550 5.1.1",
                "550 sorry (#5.1.1 - chkuser)|550 5.1.1",
                "550 sorry (#5.1.1|550",
                "571 no|571",
                "550|550",
                "550 5.1.|550",
                "550 5.1.1000000|550",
                "550 5.1.1.1 x|550",
                "5.7.1 Spam|5.7.1",
                "relay not permitted|null",
                "250 Ok|null",
                "5500 x|null",
                "''|null"
            })
    void shouldPassOnNothingButCodes(String reply, String codes) {
        assertThat(SmtpReply.of(reply).codes()).isEqualTo(codes);
    }

    @ParameterizedTest
    @CsvSource({"550 x, true", "450 x, false", "5.7.1 x, true", "4.7.1 x, false", "450 5.1.1 x, false", "x, false"})
    void shouldTellRefusalsForGood(String reply, boolean isPermanent) {
        assertThat(SmtpReply.of(reply).isPermanent()).isEqualTo(isPermanent);
    }

    @Property
    void shouldNotBeLedByAddressThatTheServerQuotes(@ForAll("chosen") String local, @ForAll("chosen") String domain) {
        String address = local.replace('>', 'x') + "@" + domain.replace('>', 'x');

        assertThat(SmtpReply.of("554 5.7.1 <" + address + ">: Relay access denied")
                        .reason())
                .isEqualTo(Reason.RELAY_DENIED);
        assertThat(SmtpReply.of("550 5.1.1 <\"" + local + "\"@example.org>... User unknown")
                        .reason())
                .isEqualTo(Reason.INVALID_RECIPIENT);
        assertThat(SmtpReply.of("550 no: " + address.replace(' ', '_') + " is refused")
                        .reason())
                .isEqualTo(Reason.POLICY);
    }

    @Provide
    Arbitrary<String> chosen() {
        return Arbitraries.of(
                        "greylist",
                        "blocked using",
                        "user unknown",
                        ">: ",
                        " ",
                        ".",
                        "sender address rejected",
                        "spamhaus",
                        "relay",
                        "virus",
                        "x")
                .list()
                .ofMaxSize(4)
                .map(parts -> "a" + String.join("", parts));
    }

    @Property
    void shouldFindInOnePassWhatLookingForEachPhraseFinds(@ForAll("texts") String text) {
        // Given
        String lower = " " + text.toLowerCase(Locale.ROOT);
        Set<ReplyTopic> expected = Arrays.stream(ReplyTopic.values())
                .filter(topic -> topic.phrases().stream().anyMatch(lower::contains))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ReplyTopic.class)));

        // Then
        assertThat(ReplyTopic.of(text)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> texts() {
        List<String> phrases = Arrays.stream(ReplyTopic.values())
                .flatMap(topic -> topic.phrases().stream())
                .toList();
        Arbitrary<String> part = Arbitraries.of(phrases).flatMap(phrase -> Arbitraries.integers()
                .between(0, phrase.length() - 1)
                .flatMap(from ->
                        Arbitraries.integers().between(from, phrase.length()).map(to -> phrase.substring(from, to))));
        return Arbitraries.oneOf(
                        part,
                        Arbitraries.of(phrases).map(phrase -> phrase.toUpperCase(Locale.ROOT)),
                        Arbitraries.strings().ascii().ofMaxLength(3),
                        Arbitraries.of("", " ", "é"))
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }
}
