/**
 * Kafka without a cluster: the directory that one process holds, and the broker that runs in it. Opened in the order
 * directory, broker; closed in the reverse order.
 */
@NullMarked
package org.snowtrack.app.broker;

import org.jspecify.annotations.NullMarked;
