/** Running around the clock: following logs, keeping the day, telling what is going on. */
@NullMarked
package org.snowtrack.app.live;

import org.jspecify.annotations.NullMarked;
