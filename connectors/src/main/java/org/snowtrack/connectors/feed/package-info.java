/** One log in, records to publish out: tailing, a grammar and the roll-up put together. Knows nothing of Kafka. */
@NullMarked
package org.snowtrack.connectors.feed;

import org.jspecify.annotations.NullMarked;
