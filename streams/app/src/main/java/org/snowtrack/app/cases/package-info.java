/** Case directories: reading one, and driving it through the pipeline day by day. */
@NullMarked
package org.snowtrack.app.cases;

import org.jspecify.annotations.NullMarked;
