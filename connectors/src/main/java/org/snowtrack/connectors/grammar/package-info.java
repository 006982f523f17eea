/**
 * What a line of a mail server's log says, whichever server wrote it, and what a grammar must offer to say so. A format
 * is safe for any thread; a parser is for one, and remembers nothing but open sessions.
 */
@NullMarked
package org.snowtrack.connectors.grammar;

import org.jspecify.annotations.NullMarked;
