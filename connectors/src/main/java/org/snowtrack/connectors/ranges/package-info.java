/** How flagged ranges leave as lines of text: the same bytes for the same range, from any thread. */
@NullMarked
package org.snowtrack.connectors.ranges;

import org.jspecify.annotations.NullMarked;
