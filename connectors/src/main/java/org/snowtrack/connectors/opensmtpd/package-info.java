/** What OpenSMTPD writes into its log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.opensmtpd;

import org.jspecify.annotations.NullMarked;
