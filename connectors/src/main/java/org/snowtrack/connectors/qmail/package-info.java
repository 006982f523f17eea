/** What qmail and the programs around it write into their log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.qmail;

import org.jspecify.annotations.NullMarked;
