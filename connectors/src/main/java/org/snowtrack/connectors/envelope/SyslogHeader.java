package org.snowtrack.connectors.envelope;

/** What a syslog daemon writes between a time and a message: host, facility, program and its number. */
final class SyslogHeader {

    private static final int LONGEST_NAME = 64;
    private static final byte[] SOLARIS = Envelope.ascii("[ID ");
    static final byte[] LAST_REPEATED = Envelope.ascii("last message repeated ");

    private SyslogHeader() {}

    /**
     * Takes off host, facility and program.
     *
     * @param words most words before the program
     * @param needsNumber whether only {@code program[digits]:} is one, as nothing else tells that this is syslog
     */
    static void takeOff(LogEntry entry, byte[] line, int at, int to, int words, boolean needsNumber) {
        entry.setFrom(at);
        int word = at;
        int host = at;
        int hostEnd = at;
        for (int i = 0; i <= words && word < to; i++) {
            int end = word;
            while (end < to && line[end] != ' ') {
                end++;
            }
            if (needsNumber && !isOfHeader(line, word, end)) {
                return;
            }
            if (end > word && line[end - 1] == ':') {
                int bracket = bracket(line, word, end);
                if ((bracket > word || !needsNumber) && isGraphic(line, word, end)) {
                    if (hostEnd > host) {
                        entry.setHost(host, hostEnd);
                    }
                    entry.setProgram(word, bracket > word ? bracket : end - 1);
                    // rsyslog keeps the blank behind the tag, to which templates add another.
                    int message = Math.min(end + 1, to);
                    boolean isDoubled = message < to && line[message] == ' ';
                    entry.setFrom(behindSolaris(line, isDoubled ? message + 1 : message, to));
                }
                return;
            }
            if (Envelope.startsWith(line, word, to, LAST_REPEATED)) {
                entry.setRepeatsOfLast(Envelope.number(line, word + LAST_REPEATED.length, to));
                entry.setFrom(to);
                return;
            }
            if (!isHostOrFacility(line, word, end)) {
                return;
            }
            if (hostEnd == host && end > word && line[word] != '<') {
                host = word;
                hostEnd = end;
            }
            word = end + 1;
            while (end > host && word < to && line[word] == ' ') {
                // Levels are padded.
                word++;
            }
        }
    }

    /** Programs' names are of visible US-ASCII (RFC 5424, section 6). */
    private static boolean isGraphic(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            if (line[i] <= ' ' || line[i] == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Whether a word can be a host's or a program's: what servers write before a client's words often cannot. */
    private static boolean isOfHeader(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            boolean isOther = line[i] == '/' || line[i] == '[' || line[i] == ']' || line[i] == ':' || line[i] == '@';
            if (!Envelope.isOfName(line[i]) && !isOther) {
                return false;
            }
        }
        return to > from && line[from] != '[';
    }

    /** Whatever else a word is, it belongs to the message, and nothing behind it is a program. */
    private static boolean isHostOrFacility(byte[] line, int from, int to) {
        boolean isInBrackets = to - from > 2 && line[from] == '<' && line[to - 1] == '>';
        for (int i = isInBrackets ? from + 1 : from; i < (isInBrackets ? to - 1 : to); i++) {
            if (!Envelope.isOfName(line[i]) && line[i] != ':' && line[i] != '%' && line[i] != '/' && line[i] != '@') {
                return false;
            }
        }
        return true;
    }

    /** The index of the bracket if the word is {@code PROGRAM[digits]:}, else -1. */
    private static int bracket(byte[] line, int from, int to) {
        if (to - from < 5 || line[to - 2] != ']') {
            return -1;
        }
        int i = to - 3;
        while (i > from && line[i] >= '0' && line[i] <= '9') {
            i--;
        }
        return line[i] == '[' && i < to - 3 ? i : -1;
    }

    private static int behindSolaris(byte[] line, int at, int to) {
        if (!Envelope.startsWith(line, at, to, SOLARIS)) {
            return at;
        }
        for (int i = at + SOLARIS.length; i < to - 1 && i < at + LONGEST_NAME; i++) {
            if (line[i] == ']' && line[i + 1] == ' ') {
                return i + 2;
            }
        }
        return at;
    }

    /** {@code TIME HOST APP-NAME PROCID MSGID STRUCTURED-DATA [BOM]MESSAGE}. */
    static boolean takeOffRfc5424(LogEntry entry, byte[] line, int at, int to) {
        int time = at;
        int[] ends = new int[5];
        int word = at;
        for (int i = 0; i < ends.length; i++) {
            int end = word;
            while (end < to && line[end] != ' ') {
                end++;
            }
            ends[i] = end;
            word = Math.min(end + 1, to);
        }
        if (Timestamps.behindRfc3339(line, time, to) == ends[0]) {
            entry.setTime(Timestamps.Kind.RFC3339, line, time, ends[0], 0);
        }
        if (ends[1] - ends[0] > 2 || line[ends[0] + 1 < to ? ends[0] + 1 : to - 1] != '-') {
            entry.setHost(Math.min(ends[0] + 1, to), ends[1]);
        }
        int program = Math.min(ends[1] + 1, to);
        boolean isNamed = ends[2] - program > 1 || (ends[2] > program && line[program] != '-');
        if (isNamed && isGraphic(line, program, ends[2])) {
            entry.setProgram(program, ends[2]);
        }
        int message = behindStructuredData(line, word, to);
        if (message < to && line[message] == ' ') {
            // What stood behind the colon of the old form, which rsyslog keeps.
            message++;
        }
        if (to - message >= 3
                && line[message] == (byte) 0xef
                && line[message + 1] == (byte) 0xbb
                && line[message + 2] == (byte) 0xbf) {
            message += 3;
        }
        entry.setFrom(message);
        // Without a program, the message may be a whole line of a file.
        return !entry.hasProgram() && message < to;
    }

    private static int behindStructuredData(byte[] line, int at, int to) {
        int i = at;
        if (i < to && line[i] == '-') {
            i++;
        }
        while (i < to && line[i] == '[') {
            boolean isQuoted = false;
            for (i++; i < to && (isQuoted || line[i] != ']'); i++) {
                if (isQuoted && line[i] == '\\') {
                    i++;
                } else if (line[i] == '"') {
                    isQuoted = !isQuoted;
                }
            }
            i = Math.min(i + 1, to);
        }
        return i < to && line[i] == ' ' ? i + 1 : i;
    }
}
