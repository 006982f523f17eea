/** LINES: reads the lines of mail servers' logs that operators ship to Kafka themselves, and tells what they refuse. */
@NullMarked
package org.snowtrack.topologies.lines;

import org.jspecify.annotations.NullMarked;
