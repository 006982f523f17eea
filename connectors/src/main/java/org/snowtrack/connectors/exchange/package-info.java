/** What Microsoft Exchange writes into its log. Formats are pure and safe for any thread; a parser is for one. */
@NullMarked
package org.snowtrack.connectors.exchange;

import org.jspecify.annotations.NullMarked;
