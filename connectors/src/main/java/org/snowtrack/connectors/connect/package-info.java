/**
 * Kafka Connect's door: a log, or syslog, as a source connector for clusters that have Connect already. Records are those
 * that {@code snowtrack run} publishes, and so are positions, which Connect keeps as source offsets.
 */
@NullMarked
package org.snowtrack.connectors.connect;

import org.jspecify.annotations.NullMarked;
