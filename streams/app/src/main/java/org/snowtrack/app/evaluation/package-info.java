/** How right the verdicts are: a labelled case against its truth, beside simpler rules on the same events. */
@NullMarked
package org.snowtrack.app.evaluation;

import org.jspecify.annotations.NullMarked;
