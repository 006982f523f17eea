package org.snowtrack.connectors.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a protocol log by their places, as its {@code #Fields} line names them.
 *
 * @param last greatest of the places
 */
record Columns(int time, int session, int remote, int event, int data, int last) {

    static final Columns USUAL = new Columns(0, 2, 5, 6, 7, 7);

    private static final String FIELDS = "#Fields:";

    /** Reads {@code #Fields: date-time,connector-id,...}; null where one that is needed is missing. */
    static @Nullable Columns of(String line) {
        List<String> names = new ArrayList<>();
        for (String name : line.substring(FIELDS.length()).split(",", -1)) {
            names.add(name.strip());
        }
        int time = names.indexOf("date-time");
        int session = names.indexOf("session-id");
        int remote = names.indexOf("remote-endpoint");
        int event = names.indexOf("event");
        int data = names.indexOf("data");
        return time < 0 || session < 0 || remote < 0 || event < 0 || data < 0
                ? null
                : new Columns(
                        time,
                        session,
                        remote,
                        event,
                        data,
                        Math.max(Math.max(time, session), Math.max(remote, Math.max(event, data))));
    }

    /** The values of a line up to the last that is needed; fewer where it is cut off. Quotes are doubled in quotes. */
    List<String> values(String line) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length() && values.size() <= last; i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean isDoubled = isQuoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (isDoubled) {
                    value.append(c);
                    i++;
                } else if (isQuoted || value.isEmpty()) {
                    isQuoted = !isQuoted;
                } else {
                    value.append(c);
                }
            } else if (c == ',' && !isQuoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        if (values.size() <= last) {
            values.add(value.toString());
        }
        return values;
    }
}
