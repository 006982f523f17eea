/**
 * Receives syslog from other hosts and writes it down, line by line, as a log that the tailing core reads like any
 * other: {@link org.snowtrack.connectors.syslog.SyslogReceiver} in front, {@link
 * org.snowtrack.connectors.syslog.Spool} behind. Nothing here sends anything. Messages of one connection keep their
 * order; between connections there is none.
 */
@NullMarked
package org.snowtrack.connectors.syslog;

import org.jspecify.annotations.NullMarked;
