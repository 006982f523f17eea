package org.snowtrack.connectors.sendmail;

import java.util.List;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * Sendmail's server, as its functions {@code rscheck}, {@code usrerr}, {@code milter} and {@code logsender} write:
 *
 * <pre>
 * line     = syslog-envelope [queue-id ": "] message     ; the program is sendmail, sm-mta and the like
 * message  = ruleset / error / milter / from / greeting / auth / milter-connect / wrappers    ; all else tells nothing
 * ruleset  = "ruleset=" name ", arg1=" text [", arg2=" text] ", relay=" relay ", reject=" reply
 * error    = address "... " text                         ; the client stands in the later "from"
 * milter   = "Milter: " ("to=" / "from=" / "helo=") text ", reject=" reply  / "Milter: data, reject=" reply
 * from     = "from=" address ", size=" n ", class=" n ", nrcpts=" n [", msgid=" text] ... ", relay=" relay
 * greeting = "rejecting commands from " [host] " [" address "] due to pre-greeting traffic after " n " seconds"
 * auth     = "AUTH failure (" mechanism "): " text ", relay=" relay
 * milter-connect = "Milter: connect: host=" host ", addr=" address ", " ("rejecting" / "temp failing") " commands"
 * wrappers = "tcpwrappers (" host ", " address ") rejection"
 * relay    = see {@link Relay}
 * </pre>
 *
 * <p>Addresses are passed over as Sendmail itself passes over them ({@link Address}), from the left; the relay is taken
 * from right behind. Where a ruleset's argument is free text (a header), nothing tells its relay from one that a client
 * wrote, so that the client is taken from the {@code from} line, too; its relay is its last field. A line of more than some 1000 bytes is written in pieces, {@code queue-id[1]: } and so on, which tell nothing.
 *
 * <p>Refusals without a relay wait for the {@code from} line of their host and queue id, which Sendmail writes when the
 * transaction ends, whatever became of it; a message's own refusal ({@code Milter: data}) comes behind that line. Local
 * users' errors have a relay without an address and tell nothing, as do {@code to=}, {@code DSN:} and the rulesets for
 * outgoing connections, in which other servers speak.
 */
public final class SendmailLog implements LogFormat {

    private static final List<byte[]> PROGRAMS = List.of(
            Bytes.of("sendmail"), Bytes.of("sm-mta"), Bytes.of("sm-msp"), Bytes.of("sm-accept"), Bytes.of("sm-que"));

    @Override
    public String id() {
        return "sendmail";
    }

    @Override
    public String name() {
        return "Sendmail";
    }

    @Override
    public String mark() {
        return "a program such as sendmail[123] or sm-mta[123]";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        for (byte[] program : PROGRAMS) {
            if (entry.isProgramBeginning(program)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return new SendmailParser(this, sessions);
    }
}
