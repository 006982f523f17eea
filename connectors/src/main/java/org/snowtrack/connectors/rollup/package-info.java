/**
 * Many facts of one log become few records. What comes out is a pure function of the file's bytes, however it was read,
 * so that reading again repeats records instead of adding any. For one thread at a time.
 */
@NullMarked
package org.snowtrack.connectors.rollup;

import org.jspecify.annotations.NullMarked;
