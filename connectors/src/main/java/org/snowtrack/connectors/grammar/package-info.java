/**
 * What a line of a mail server's log says, whichever server wrote it, and what a grammar must offer to say so. Grammars
 * are pure and keep nothing between lines; they are safe for any thread.
 */
@NullMarked
package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.NullMarked;
