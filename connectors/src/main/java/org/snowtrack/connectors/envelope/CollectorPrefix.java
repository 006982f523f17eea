package org.snowtrack.connectors.envelope;

/**
 * What stands in front of whole lines where they were collected from several containers, or as a stream:
 *
 * <pre>
 * prefix = [colour] name 1*" " "|" [colour] " " [colour]      ; docker compose logs, docker service logs
 *        / "[pod/" name "/" name "] "                         ; kubectl logs --prefix
 *        / %x1E / "data: "                                    ; journalctl -o json-seq and json-sse: JSON follows
 * colour = %x1B "[" *(DIGIT / ";") "m"
 * </pre>
 */
final class CollectorPrefix {

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_POD = 300;
    private static final byte RECORD_SEPARATOR = 0x1e;
    private static final byte ESCAPE = 0x1b;
    private static final byte[] POD = Envelope.ascii("[pod/");
    private static final byte[] EVENT = Envelope.ascii("data: {");

    private CollectorPrefix() {}

    /** The index behind the prefix that begins there; -1 where none does. */
    static int behind(byte[] line, int from, int to) {
        return switch (line[from]) {
            case RECORD_SEPARATOR -> from + 1 < to && line[from + 1] == '{' ? from + 1 : -1;
            case '[' -> behindPod(line, from, to);
            case 'd' -> {
                boolean isEvent = Envelope.startsWith(line, from, to, EVENT);
                yield isEvent ? from + EVENT.length - 1 : behindName(line, from, to);
            }
            default -> behindName(line, from, to);
        };
    }

    private static int behindName(byte[] line, int from, int to) {
        int name = behindColour(line, from, to);
        int at = name;
        int last = Math.min(to, name + LONGEST_NAME);
        while (at < last && (Envelope.isOfName(line[at]) || line[at] == '@')) {
            at++;
        }
        int nameEnd = at;
        while (at < last && line[at] == ' ') {
            at++;
        }
        if (nameEnd == name || at == nameEnd || at >= to || line[at] != '|') {
            return -1;
        }
        int blank = behindColour(line, at + 1, to);
        return blank < to && line[blank] == ' ' ? behindColour(line, blank + 1, to) : -1;
    }

    private static int behindPod(byte[] line, int from, int to) {
        if (!Envelope.startsWith(line, from, to, POD)) {
            return -1;
        }
        int at = from + POD.length;
        int last = Math.min(to - 1, from + LONGEST_POD);
        while (at < last && (Envelope.isOfName(line[at]) || line[at] == '/')) {
            at++;
        }
        return at < last && line[at] == ']' && line[at + 1] == ' ' ? at + 2 : -1;
    }

    /** The index behind a colour that begins there; the same index where none does. */
    private static int behindColour(byte[] line, int from, int to) {
        if (to - from < 3 || line[from] != ESCAPE || line[from + 1] != '[') {
            return from;
        }
        int at = from + 2;
        while (at < to && ((line[at] >= '0' && line[at] <= '9') || line[at] == ';')) {
            at++;
        }
        return at < to && line[at] == 'm' ? at + 1 : from;
    }
}
