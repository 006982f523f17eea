/** Pending rows, mailbox and bounded draining: how a stage asks the outside world without waiting for it. */
@NullMarked
package org.snowtrack.topologies.pending;

import org.jspecify.annotations.NullMarked;
