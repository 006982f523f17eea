package org.snowtrack.connectors.haraka;

/**
 * How far a session is, as its state notes it.
 *
 * @param isRepeated whether the held refusal will be repeated by a line of its own, as opposed to one that nothing else
 *     tells
 * @param accepted recipients of the current message that were accepted
 * @param refused recipients of the session that were refused for good, as far as lines of their own have told
 */
record Progress(boolean isRepeated, int accepted, int refused) {

    /** Reads what {@link #note} wrote. */
    static Progress of(String note) {
        String[] parts = note.split(";", -1);
        return parts.length == 3
                ? new Progress(parts[0].equals("r"), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]))
                : new Progress(false, 0, 0);
    }

    String note() {
        return (isRepeated ? "r" : "") + ";" + accepted + ";" + refused;
    }
}
