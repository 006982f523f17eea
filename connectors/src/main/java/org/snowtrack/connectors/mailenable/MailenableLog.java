package org.snowtrack.connectors.mailenable;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * MailEnable's SMTP activity log, and the log in W3C's extended format that it writes beside that:
 *
 * <pre>
 * line  = mm/dd/yy hh:mm:ss TAB "SMTP-IN" TAB message-id TAB socket TAB client TAB
 *         [command] TAB [argument] TAB reply TAB bytes-out TAB bytes-in [TAB user TAB ...]
 *       / yyyy-mm-dd hh:mm:ss " " client " SMTP-IN " account " " server " " port " "
 *         command " " argument " " reply " " host " " bytes-out " " bytes-in " " user
 * </pre>
 *
 * <p>The greeting's command is {@code CONN} or empty. Times are local. In W3C's format blanks within a value are plus signs and what is empty is {@code {blank}} or a
 * hyphen. Command and reply stand on the same line, and so does the client's address, in front of all that the client
 * chose; HELO and sender stand on earlier lines of the same socket. The argument is the whole command or what follows
 * its verb. {@code SMTP-OU} is outbound: there another server refuses.
 */
public final class MailenableLog implements LogFormat {

    static final byte[] INBOUND = ascii("SMTP-IN");
    private static final byte[] OUTBOUND = ascii("SMTP-OU");
    private static final byte[] SOFTWARE = ascii("#Software: MailEnable");
    private static final int LONGEST_ADDRESS = 64;

    /** The two ways in which a line is written, by what stands between its values and where these stand. */
    enum Layout {
        ACTIVITY('\t', 3, 2, 4),
        W3C(' ', 0, -1, 5);

        final char separator;
        final int client;
        /** -1 where no line tells to which session it belongs. */
        final int socket;
        /** The argument and the reply follow. */
        final int command;

        Layout(char separator, int client, int socket, int command) {
            this.separator = separator;
            this.client = client;
            this.socket = socket;
            this.command = command;
        }
    }

    @Override
    public String id() {
        return "mailenable";
    }

    @Override
    public String name() {
        return "MailEnable";
    }

    @Override
    public String mark() {
        return "SMTP-IN or SMTP-OU and a tab behind the time";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return layout(entry, INBOUND) != null || layout(entry, OUTBOUND) != null || entry.startsWith(SOFTWARE);
    }

    /** How a line of that direction is written; null where it is none. */
    static @Nullable Layout layout(LogEntry entry, byte[] direction) {
        byte[] bytes = entry.bytes();
        int behind = entry.from() + direction.length;
        if (entry.startsWith(direction)) {
            return behind < entry.to() && bytes[behind] == '\t' ? Layout.ACTIVITY : null;
        }
        int end = entry.from();
        int last = Math.min(entry.to(), end + LONGEST_ADDRESS);
        while (end < last && isOfAddress(bytes[end])) {
            end++;
        }
        behind = end + 1 + direction.length;
        return end > entry.from()
                        && end < last
                        && bytes[end] == ' '
                        && entry.startsWith(end + 1, direction)
                        && behind < entry.to()
                        && bytes[behind] == ' '
                ? Layout.W3C
                : null;
    }

    private static boolean isOfAddress(byte b) {
        return (b >= '0' && b <= ':') || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F') || b == '.';
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return new MailenableParser(sessions);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
