/** What MailEnable writes into its log. Formats are pure and safe for any thread; a parser is for one. */
@NullMarked
package org.snowtrack.connectors.mailenable;

import org.jspecify.annotations.NullMarked;
