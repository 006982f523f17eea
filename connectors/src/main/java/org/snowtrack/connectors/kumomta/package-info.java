/** What KumoMTA writes into its log. Formats are pure and safe for any thread; a parser is for one. */
@NullMarked
package org.snowtrack.connectors.kumomta;

import org.jspecify.annotations.NullMarked;
