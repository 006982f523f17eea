package org.snowtrack.connectors.syslog;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Messages as lines of text, to be written in one go. For one thread. */
final class Lines {

    private byte[] bytes = new byte[8 << 10];
    private int length;
    private int count;

    /** Adds a message. What ends it (LF, CR, NUL) is left away, an LF in it becomes a blank; an empty one is none. */
    void add(byte[] message, int from, int to) {
        int end = to;
        while (end > from && isEnd(message[end - 1])) {
            end--;
        }
        if (end == from) {
            return;
        }
        int size = end - from + 1;
        if (bytes.length - length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(length + size, 2 * bytes.length));
        }
        System.arraycopy(message, from, bytes, length, size - 1);
        for (int i = length; i < length + size - 1; i++) {
            if (bytes[i] == '\n') {
                bytes[i] = ' ';
            }
        }
        length += size;
        bytes[length - 1] = '\n';
        count++;
    }

    private static boolean isEnd(byte b) {
        return b == '\n' || b == '\r' || b == 0;
    }

    int count() {
        return count;
    }

    int length() {
        return length;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    void clear() {
        length = 0;
        count = 0;
    }
}
