/** All grammars together: by name, by what a log looks like, and as a reader of one log's lines. */
@NullMarked
package org.snowtrack.connectors.formats;

import org.jspecify.annotations.NullMarked;
