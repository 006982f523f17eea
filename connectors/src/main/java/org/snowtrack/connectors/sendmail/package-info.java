/** What Sendmail writes into its log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.sendmail;

import org.jspecify.annotations.NullMarked;
