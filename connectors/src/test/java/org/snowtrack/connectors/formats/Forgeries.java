package org.snowtrack.connectors.formats;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.schemas.ip.IpAddress;

/** What a client writes that wants {@link #VICTIM} to be blamed. */
public final class Forgeries {

    public static final String VICTIM = "203.0.113.9";

    private Forgeries() {}

    /** Words for HELO, sender and recipient, without line ends, from parts of a format's own lines and what is random. */
    public static Arbitrary<String> words(String... parts) {
        List<String> all = Stream.concat(
                        Stream.of(parts),
                        Stream.of(
                                VICTIM,
                                "[" + VICTIM + "]",
                                "550 5.1.1 User unknown",
                                "\"",
                                "\"\"",
                                "\\",
                                "\\\"",
                                "<",
                                ">",
                                ",",
                                "\t",
                                " ",
                                "{",
                                "}",
                                "=",
                                ": ",
                                "@example.org"))
                .toList();
        return Arbitraries.oneOf(
                        Arbitraries.of(all), Arbitraries.strings().ascii().ofMaxLength(20))
                .list()
                .ofMaxSize(6)
                .map(words -> String.join("", words).replaceAll("[\\r\\n]", ""));
    }

    /** Every address that is told of. */
    public static List<IpAddress> clients(List<LogFact> facts) {
        return facts.stream()
                .flatMap(fact -> fact instanceof LogFact.Refusal refusal
                        ? Stream.of(refusal.client())
                        : fact instanceof LogFact.Session session ? Stream.of(session.client()) : Stream.empty())
                .toList();
    }
}
