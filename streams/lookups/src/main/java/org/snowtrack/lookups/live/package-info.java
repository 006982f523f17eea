/** Today's answers: all live sources behind the interface that the stages know. */
@NullMarked
package org.snowtrack.lookups.live;

import org.jspecify.annotations.NullMarked;
