/** What Postfix writes into its log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.postfix;

import org.jspecify.annotations.NullMarked;
