/** What Haraka writes into its log. Formats are pure and safe for any thread; a parser is for one. */
@NullMarked
package org.snowtrack.connectors.haraka;

import org.jspecify.annotations.NullMarked;
