/** Asking the outside world: one interface, {@link org.snowtrack.lookups.Lookup}, whatever the source. Plain Java, no Kafka. */
@NullMarked
package org.snowtrack.lookups;

import org.jspecify.annotations.NullMarked;
