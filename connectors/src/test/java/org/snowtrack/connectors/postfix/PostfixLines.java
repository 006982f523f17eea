package org.snowtrack.connectors.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.formats.Lines;
import org.snowtrack.connectors.grammar.LogFact;

/** Lines as Postfix shapes them, and what the grammar makes of them. */
final class PostfixLines {

    static final Instant WRITTEN = Instant.parse("2026-11-25T12:00:00Z");
    static final PostfixLog LOG = new PostfixLog();

    static final String ENVELOPE = "Nov 25 12:00:00 mx1 postfix/smtpd[3101]: ";
    static final String CLIENT = "iclide.commercieopard.example[192.0.2.24]";
    static final String CONTEXT =
            "; from=<news@commercieopard.example> to=<bob@example.org> proto=ESMTP helo=<iclide.commercieopard.example>";

    private PostfixLines() {}

    static String rcpt(String reply) {
        return ENVELOPE + "NOQUEUE: reject: RCPT from " + CLIENT + ": " + reply + CONTEXT;
    }

    static @Nullable LogFact parse(String line) {
        return Lines.fact(LOG, line.getBytes(StandardCharsets.UTF_8));
    }

    static LogFact.Refusal refusal(String line) {
        if (parse(line) instanceof LogFact.Refusal refusal) {
            return refusal;
        }
        throw new AssertionError("not a refusal: " + line);
    }
}
