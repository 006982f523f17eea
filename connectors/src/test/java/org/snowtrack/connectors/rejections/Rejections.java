package org.snowtrack.connectors.rejections;

import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/** Rejections of every content that a line can hold, and one ordinary one. */
final class Rejections extends DomainContextBase {

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    static final String LINE = """
            {"source_ip":"54.38.4.96","reporter":"isp-001","observed_at":"2018-04-05T06:07:08Z",\
            "reason":"INVALID_RECIPIENT","rejected_recipients":12,"accepted_recipients":1,"message_bytes":40000,\
            "helo":"mx.example.net","client_name":"a.example.net","mail_from_domain":"example.net","origin":"log:17"}""";

    @Provide
    Arbitrary<MailRejection> rejections() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(60);
        return Combinators.combine(
                        text,
                        Arbitraries.longs().between(FIRST.toEpochMilli(), LAST.toEpochMilli()),
                        Arbitraries.of(RejectionReason.class),
                        Arbitraries.integers(),
                        Arbitraries.integers().injectNull(0.3),
                        Arbitraries.longs().injectNull(0.3),
                        text.injectNull(0.3),
                        text.injectNull(0.3))
                .as((name, time, reason, rejected, accepted, size, chosen, origin) -> new MailRejection(
                        name,
                        name,
                        Instant.ofEpochMilli(time),
                        reason,
                        rejected,
                        accepted,
                        size,
                        chosen,
                        chosen,
                        chosen,
                        origin));
    }
}
