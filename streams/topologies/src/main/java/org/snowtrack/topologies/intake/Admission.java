package org.snowtrack.topologies.intake;

import com.google.common.hash.Hashing;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.names.HostNames;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * INTAKE's decision: is this a fact that may count? Every field is checked here and nowhere later.
 *
 * <p>Pure; safe for any thread.
 */
final class Admission {

    /** How far ahead of the clock an event may be before it is refused. */
    static final Duration TOLERANCE = Duration.ofHours(1);

    /** Longest text of an address, in characters: IPv6 with an embedded dotted quad. */
    static final int ADDRESS_MAX = 45;

    /** Longest origin, in characters: room for a file's path and a position. */
    static final int ORIGIN_MAX = 4352;

    /** Longest name that a client may give itself or its sender, in characters (RFC 5321, section 4.5.3.1.2). */
    static final int NAME_MAX = 255;

    sealed interface Outcome {

        /** The fact as it goes on: reporter bound, origin set. */
        record Admitted(IpAddress source, MailRejection rejection) implements Outcome {}

        /** Why it does not, as a sentence. */
        record Refused(String reason) implements Outcome {}
    }

    private Admission() {}

    /**
     * Judges one rejection.
     *
     * @param rejection as it came
     * @param boundReporter the reporter of the topic it came on, where the topic binds one
     * @param now the end of known time
     */
    static Outcome admit(MailRejection rejection, Optional<String> boundReporter, Instant now) {
        if (rejection.getSourceIp().length() > ADDRESS_MAX) {
            return new Outcome.Refused("source_ip: an address has at most " + ADDRESS_MAX + " characters.");
        }
        IpAddress source;
        try {
            source = IpAddress.parse(rejection.getSourceIp());
        } catch (IllegalArgumentException e) {
            return new Outcome.Refused("source_ip: " + e.getMessage() + ".");
        }
        if (!canSendMail(source)) {
            return new Outcome.Refused("source_ip: " + source + " cannot be a mail client's address.");
        }
        String reporter = boundReporter.orElse(rejection.getReporter());
        Optional<String> complaint = ReporterName.complaint(reporter);
        if (complaint.isPresent()) {
            return new Outcome.Refused(complaint.get());
        }
        if (rejection.getObservedAt().isAfter(now.plus(TOLERANCE))) {
            return new Outcome.Refused("observed_at: %s is more than %d h in the future of %s."
                    .formatted(rejection.getObservedAt(), TOLERANCE.toHours(), now));
        }
        if (rejection.getObservedAt().isBefore(Instant.EPOCH)) {
            return new Outcome.Refused("observed_at: " + rejection.getObservedAt() + " is before 1970.");
        }
        if (rejection.getRejectedRecipients() < 0) {
            return new Outcome.Refused("rejected_recipients: " + rejection.getRejectedRecipients() + " is negative.");
        }
        if (rejection.getAcceptedRecipients() != null && rejection.getAcceptedRecipients() < 0) {
            return new Outcome.Refused("accepted_recipients: " + rejection.getAcceptedRecipients() + " is negative.");
        }
        if (rejection.getMessageBytes() != null && rejection.getMessageBytes() < 0) {
            return new Outcome.Refused("message_bytes: " + rejection.getMessageBytes() + " is negative.");
        }
        if (rejection.getOrigin() != null && rejection.getOrigin().length() > ORIGIN_MAX) {
            return new Outcome.Refused("origin: it has at most " + ORIGIN_MAX + " characters.");
        }
        MailRejection fact = fact(source, reporter, rejection, rejection.getOrigin());
        return new Outcome.Admitted(
                source, fact.getOrigin() == null ? fact(source, reporter, rejection, contentOrigin(fact)) : fact);
    }

    private static MailRejection fact(
            IpAddress source, String reporter, MailRejection rejection, @Nullable String origin) {
        return new MailRejection(
                source.toString(),
                reporter,
                rejection.getObservedAt(),
                rejection.getReason(),
                rejection.getRejectedRecipients(),
                rejection.getAcceptedRecipients(),
                rejection.getMessageBytes(),
                bounded(rejection.getHelo()),
                hostName(rejection.getClientName()),
                bounded(rejection.getMailFromDomain()),
                origin);
    }

    /** The client chooses these texts. One that is too long is not told; it never saves its sender from being counted. */
    private static @Nullable String bounded(@Nullable String name) {
        return name == null || name.length() > NAME_MAX ? null : name;
    }

    /** The owner of the reverse zone chooses this one, a server may have verified it wrongly: likewise. */
    private static @Nullable String hostName(@Nullable String name) {
        return name == null ? null : HostNames.normalize(name).orElse(null);
    }

    private static boolean canSendMail(IpAddress address) {
        if (!address.isIpv4()) {
            // ::/8 is not assigned (RFC 4291, section 2.4), and rows of IPv4 addresses live there.
            return address.high() >>> (Long.SIZE - Byte.SIZE) != 0
                    && !address.toInetAddress().isMulticastAddress();
        }
        InetAddress inet = address.toInetAddress();
        return !inet.isAnyLocalAddress() && !inet.isLoopbackAddress() && !inet.isMulticastAddress();
    }

    /** A fact without an origin is its own origin, so that a repeated line still counts once, however it is spelt. */
    private static String contentOrigin(MailRejection rejection) {
        return "content:" + Hashing.murmur3_128().hashString(rejection.toString(), StandardCharsets.UTF_8);
    }
}
