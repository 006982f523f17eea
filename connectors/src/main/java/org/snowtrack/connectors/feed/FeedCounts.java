package org.snowtrack.connectors.feed;

/**
 * What a feed has met since it was made. Lines that are read again after a restart are counted again.
 *
 * @param lines complete lines
 * @param refusals recipients refused, for whatever reason
 * @param sessions clients that left and had offered a recipient
 * @param unreadable lines that look like a refusal or a session but could not be read
 * @param unattributed refusals whose client stands on another line, which is missing
 * @param tooLong lines longer than 1 MiB, which were skipped
 * @param bytesBehind bytes of the current file that were not read by the last poll
 */
public record FeedCounts(
        long lines, long refusals, long sessions, long unreadable, long unattributed, long tooLong, long bytesBehind) {

    static final FeedCounts NONE = new FeedCounts(0, 0, 0, 0, 0, 0, 0);

    FeedCounts after(long tooLongLines, long bytesUnread) {
        return new FeedCounts(lines, refusals, sessions, unreadable, unattributed, tooLongLines, bytesUnread);
    }
}
