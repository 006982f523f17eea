/** Reading back what was published, and showing it. */
@NullMarked
package org.snowtrack.app.results;

import org.jspecify.annotations.NullMarked;
