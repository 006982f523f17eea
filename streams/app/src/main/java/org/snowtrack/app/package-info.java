/** The program: its command line, and nothing else. */
@NullMarked
package org.snowtrack.app;

import org.jspecify.annotations.NullMarked;
