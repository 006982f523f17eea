package org.snowtrack.connectors.syslog;

/**
 * What a receiver has met since it was started.
 *
 * @param messages written to the spool
 * @param dropped datagrams that came while the spool was full
 * @param tooLong messages that were passed over for their length
 * @param cutOff messages that had begun when their connection ended
 * @param broken streams that were broken off because their framing was lost
 * @param refused connections and datagrams of senders that are not allowed, or one too many, or failed in TLS
 * @param connections open now
 */
public record SyslogCounts(
        long messages, long dropped, long tooLong, long cutOff, long broken, long refused, int connections) {}
