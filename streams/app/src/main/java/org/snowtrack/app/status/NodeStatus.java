package org.snowtrack.app.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node was doing a moment ago. Names of the components are those of the JSON.
 *
 * @param pid of the process
 * @param startedAt RFC 3339 UTC
 * @param updatedAt RFC 3339 UTC
 * @param bootstrapServers of the Kafka that it works on
 * @param addresses that somebody reports, about
 * @param pendingLookups questions to the outside world that wait for an answer
 * @param flagged ranges that are FLAGGED
 * @param watched ranges that are WATCHED
 * @param recordsBehind records that the stages have not taken in yet
 * @param freeBytes left on the data directory's file system
 * @param trouble a sentence about what stands in the way; null where all is well
 */
public record NodeStatus(
        long pid,
        String startedAt,
        String updatedAt,
        String bootstrapServers,
        long addresses,
        long pendingLookups,
        int flagged,
        int watched,
        long recordsBehind,
        long freeBytes,
        @Nullable String trouble,
        List<LogStatus> logs) {

    public long lines() {
        return logs.stream().mapToLong(LogStatus::lines).sum();
    }

    public long refusals() {
        return logs.stream().mapToLong(LogStatus::refusals).sum();
    }

    public long bytesBehind() {
        return logs.stream().mapToLong(LogStatus::bytesBehind).sum();
    }
}
