package org.snowtrack.connectors.exchange;

import org.snowtrack.connectors.grammar.SmtpCommand;

/**
 * Where a session is. Replies come in the order of their commands, but with pipelining (RFC 2920) not at once.
 *
 * @param pending commands without a reply yet, a letter each, the oldest first
 * @param accepted recipients of the current message that were accepted
 * @param taken recipients of the session that were accepted
 * @param offered recipients of the session that were accepted or refused
 * @param isProxied whether another server of the organization speaks for the client, and has logged it
 */
record Dialogue(String pending, int accepted, int taken, int offered, boolean isProxied) {

    /** A client that sends more without waiting is answered to its first ones only. */
    private static final int MOST_PENDING = 1_000;

    static final char GREETING = 'C';
    static final char HELO = 'H';
    static final char AUTH = 'A';
    static final char MAIL = 'M';
    static final char RCPT = 'R';
    static final char VRFY = 'V';
    static final char DATA = 'D';
    static final char PROXY = 'X';
    static final char RSET = 'S';
    static final char OTHER = 'O';

    static final Dialogue NEW = new Dialogue("", 0, 0, 0, false);

    /** Reads what {@link #note} wrote. */
    static Dialogue of(String note) {
        String[] parts = note.split(";", -1);
        return parts.length == 5
                ? new Dialogue(
                        parts[0],
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3]),
                        parts[4].equals("p"))
                : NEW;
    }

    String note() {
        return pending + ";" + accepted + ";" + taken + ";" + offered + ";" + (isProxied ? "p" : "");
    }

    /** A command comes. During AUTH the client's lines are no commands. */
    Dialogue with(char command) {
        boolean isAuth = !pending.isEmpty() && pending.charAt(0) == AUTH;
        return isAuth || pending.length() >= MOST_PENDING ? this : pending(pending + command);
    }

    private Dialogue pending(String commands) {
        return new Dialogue(commands, accepted, taken, offered, isProxied);
    }

    /** The command that the next reply is to. */
    SmtpCommand command() {
        return pending.isEmpty()
                ? SmtpCommand.UNKNOWN
                : switch (pending.charAt(0)) {
                    case GREETING -> SmtpCommand.CONNECT;
                    case HELO -> SmtpCommand.HELO;
                    case AUTH -> SmtpCommand.AUTH;
                    case MAIL -> SmtpCommand.MAIL;
                    case RCPT -> SmtpCommand.RCPT;
                    case VRFY -> SmtpCommand.VRFY;
                    case DATA -> SmtpCommand.DATA;
                    default -> SmtpCommand.OTHER;
                };
    }

    /** The next command is answered with this code: 200 to 599. An intermediate one, 3xx, leaves it open. */
    Dialogue answered(int code) {
        if (code / 100 == 3 || pending.isEmpty()) {
            return this;
        }
        boolean isDone = code / 100 == 2;
        Dialogue next = pending(pending.substring(1));
        return switch (pending.charAt(0)) {
            case RCPT ->
                new Dialogue(
                        next.pending, accepted + (isDone ? 1 : 0), taken + (isDone ? 1 : 0), offered + 1, isProxied);
            case MAIL, DATA, HELO, RSET -> new Dialogue(next.pending, 0, taken, offered, isProxied);
            case PROXY -> new Dialogue(next.pending, accepted, taken, offered, isProxied || isDone);
            default -> next;
        };
    }
}
