/** What Exim writes into its log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.exim;

import org.jspecify.annotations.NullMarked;
