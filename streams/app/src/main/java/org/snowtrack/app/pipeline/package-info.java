/** The pipeline as a running thing: settings, start, failure, stop. */
@NullMarked
package org.snowtrack.app.pipeline;

import org.jspecify.annotations.NullMarked;
