package org.snowtrack.connectors.feed;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.tail.Position;
import org.snowtrack.schemas.MailRejection;

/**
 * What a poll brought.
 *
 * @param rejections to publish, in this order; of one origin the largest counts are true
 * @param position to keep once they are published, and all batches before: a start from there loses nothing and
 *     counts nothing twice; null as long as there has been no file
 * @param isIdle whether there is nothing more to read for now, so that the caller may wait before the next poll
 */
public record Batch(
        List<MailRejection> rejections, @Nullable Position position, boolean isIdle) {}
