/** What is logged, how it looks, and where it goes. */
@NullMarked
package org.snowtrack.app.logging;

import org.jspecify.annotations.NullMarked;
