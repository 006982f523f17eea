package org.snowtrack.app.status;

/**
 * How far a log has been read since the node started. Names of the components are those of the JSON.
 *
 * @param path absolute
 * @param lines lines read
 * @param refusals recipients refused in them
 * @param unreadable lines that look like a refusal but could not be read
 * @param tooLong lines that were skipped because they are longer than 1 MiB
 * @param bytesBehind bytes that are not read yet
 */
public record LogStatus(
        String path, String reporter, long lines, long refusals, long unreadable, long tooLong, long bytesBehind) {}
