/** One class a command: options in, text out. */
@NullMarked
package org.snowtrack.app.cli;

import org.jspecify.annotations.NullMarked;
