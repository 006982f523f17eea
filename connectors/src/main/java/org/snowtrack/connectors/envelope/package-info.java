/**
 * What is wrapped around a mail server's message on its way into a file or a topic: syslog in its dialects, journald,
 * Docker, the shippers' JSON, TAI64N. Takes it off and keeps the time, the host and the program.
 */
@NullMarked
package org.snowtrack.connectors.envelope;

import org.jspecify.annotations.NullMarked;
