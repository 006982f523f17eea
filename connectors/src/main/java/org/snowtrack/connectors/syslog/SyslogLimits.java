package org.snowtrack.connectors.syslog;

import java.time.Duration;

/**
 * What a receiver allows its senders. Memory is bounded by connections times twice the longest message.
 *
 * @param connections at once, over all endpoints; more are closed as soon as they are made
 * @param longestMessage in bytes, over TCP and TLS; a datagram holds 64 KiB at most. Longer ones are passed over and
 *     counted
 * @param idle a connection that was silent for so long is closed
 * @param stalled the same in the middle of a message, and for the TLS handshake
 */
public record SyslogLimits(int connections, int longestMessage, Duration idle, Duration stalled) {

    /** 256 connections, 256 KiB, an hour, a minute. */
    public static final SyslogLimits DEFAULT =
            new SyslogLimits(256, 256 << 10, Duration.ofHours(1), Duration.ofMinutes(1));

    public SyslogLimits {
        if (connections < 1 || longestMessage < 1 || !isTimeout(idle) || !isTimeout(stalled)) {
            throw new IllegalArgumentException("Every limit of a syslog receiver is more than 0.");
        }
    }

    private static boolean isTimeout(Duration duration) {
        return duration.toMillis() > 0 && duration.toMillis() <= Integer.MAX_VALUE;
    }
}
