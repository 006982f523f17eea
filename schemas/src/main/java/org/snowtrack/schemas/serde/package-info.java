/** How records travel: Avro's single-object encoding as Kafka serdes. */
@NullMarked
package org.snowtrack.schemas.serde;

import org.jspecify.annotations.NullMarked;
