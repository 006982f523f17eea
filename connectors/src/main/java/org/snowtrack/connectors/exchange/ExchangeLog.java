package org.snowtrack.connectors.exchange;

import java.nio.charset.StandardCharsets;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * The protocol logs of Microsoft Exchange's receive connectors ({@code SmtpReceive}), as its documentation describes
 * them:
 *
 * <pre>
 * log     = "#Software: Microsoft Exchange Server" "#Version: ..." "#Log-type: SMTP Receive Protocol Log" "#Date: ..."
 *           "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context"
 *           *line
 * line    = CSV of these; the time is RFC 3339 in UTC; a value with a comma or a quote stands in quotes
 * event   = "+"                                ; a client has connected
 *         / "&lt;"                                ; data is a command that it gave
 *         / "&gt;"                                ; data is a reply to it, one line of it
 *         / "*"                                ; a remark: nothing, or a second telling (Tarpit for '...' due to '550 ...')
 *         / "-"                                ; the connection is closed
 * </pre>
 *
 * <p>The client's address stands in each line, as the server wrote it, in front of all that the client chose. What was
 * refused is known from the command that a reply is to: replies come in the commands' order. Where another Exchange
 * server speaks for the client ({@code XPROXYFROM}), that one has logged the refusal with the client's own address.
 *
 * <p>The logs of send connectors have the same columns and their roles changed: the replies are another server's, and
 * stand where this grammar looks for commands.
 */
public final class ExchangeLog implements LogFormat {

    static final byte[] FIELDS = ascii("#Fields:");
    static final byte[] TYPE = ascii("#Log-type:");
    private static final byte[] SOFTWARE = ascii("#Software: Microsoft Exchange");
    private static final byte[] FIRST_FIELD = ascii("#Fields: date-time,");
    private static final byte[] CONNECTOR = ascii("connector-id");

    /** A line's columns up to its event are shorter. */
    private static final int LONGEST_HEAD = 1_000;

    @Override
    public String id() {
        return "exchange";
    }

    @Override
    public String name() {
        return "Microsoft Exchange SmtpReceive";
    }

    @Override
    public String mark() {
        return "a line such as 2026-11-25T12:00:00.000Z,connector,session,5,local,remote,<,RCPT TO:...";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int from = entry.from();
        if (from >= entry.to()) {
            return false;
        }
        if (bytes[from] == '#') {
            return entry.startsWith(SOFTWARE)
                    || entry.startsWith(TYPE)
                    || (entry.startsWith(FIRST_FIELD) && entry.indexOf(CONNECTOR, from) > 0);
        }
        return isRow(entry) && hasEvent(entry);
    }

    /** Whether the line begins with a time in UTC and a comma. */
    static boolean isRow(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int from = entry.from();
        if (entry.to() - from < 21 || bytes[from + 4] != '-' || bytes[from + 7] != '-' || bytes[from + 10] != 'T') {
            return false;
        }
        int z = from + 19;
        while (z < Math.min(entry.to() - 1, from + 32) && bytes[z] != 'Z') {
            z++;
        }
        return bytes[z] == 'Z' && z + 1 < entry.to() && bytes[z + 1] == ',';
    }

    /** Message tracking and other logs of Exchange begin likewise, but have no column of one such sign. */
    private static boolean hasEvent(LogEntry entry) {
        byte[] bytes = entry.bytes();
        int last = Math.min(entry.to(), entry.from() + LONGEST_HEAD) - 2;
        for (int i = entry.from(); i < last; i++) {
            if (bytes[i] == ',' && bytes[i + 2] == ',') {
                switch (bytes[i + 1]) {
                    case '+', '-', '<', '>', '*' -> {
                        return true;
                    }
                    default -> {
                        // Some other column of one sign.
                    }
                }
            }
        }
        return false;
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return new ExchangeParser(sessions);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
