/** Answers from the files of a case directory instead of the network, so that history replays exactly. */
@NullMarked
package org.snowtrack.lookups.recorded;

import org.jspecify.annotations.NullMarked;
