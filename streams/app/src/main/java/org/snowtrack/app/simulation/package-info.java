/** Worlds in which it is known who is who: labelled cases, made up from a seed. */
@NullMarked
package org.snowtrack.app.simulation;

import org.jspecify.annotations.NullMarked;
