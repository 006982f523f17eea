package org.snowtrack.lookups.dns;

import java.util.Arrays;
import org.xbill.DNS.Rcode;

/** What must be known of a message before it is worth parsing (RFC 1035, section 4.1). Never throws. */
final class Wire {

    /** Bytes before the question. */
    static final int HEADER = 12;

    private static final int QUESTIONS = 4;
    private static final int QR = 0x80;
    private static final int RCODE = 0x0f;

    private Wire() {}

    /** The id of a message of at least {@value #HEADER} bytes. */
    static int id(byte[] message) {
        return ((message[0] & 0xff) << 8) | (message[1] & 0xff);
    }

    /**
     * Whether a message of at least {@value #HEADER} bytes is about a query's question (RFC 5452, section 9.1), or says
     * that the server could not even read it ({@link Rcode#FORMERR}, which may repeat no question).
     */
    static boolean answers(byte[] reply, byte[] query) {
        if (id(reply) != id(query) || (reply[2] & QR) == 0) {
            return false;
        }
        int questions = ((reply[QUESTIONS] & 0xff) << 8) | (reply[QUESTIONS + 1] & 0xff);
        if (questions == 0) {
            return (reply[3] & RCODE) == Rcode.FORMERR;
        }
        int end = endOfQuestion(query);
        if (questions != 1 || reply.length < end) {
            return false;
        }
        for (int i = HEADER; i < end; i++) {
            if (reply[i] != query[i] && (i >= end - 4 || lower(reply[i]) != lower(query[i]))) {
                return false;
            }
        }
        return true;
    }

    /** A reply that repeats no question, as it would be if it repeated the query's. */
    static byte[] withQuestion(byte[] reply, byte[] query) {
        byte[] whole = Arrays.copyOf(query, endOfQuestion(query));
        System.arraycopy(reply, 0, whole, 0, QUESTIONS);
        Arrays.fill(whole, QUESTIONS, HEADER, (byte) 0);
        whole[QUESTIONS + 1] = 1;
        return whole;
    }

    static boolean hasQuestion(byte[] reply) {
        return (reply[QUESTIONS] | reply[QUESTIONS + 1]) != 0;
    }

    /** Behind the name, type and class; of a query, which never has a compressed name. */
    private static int endOfQuestion(byte[] query) {
        int at = HEADER;
        while (query[at] != 0) {
            at += 1 + query[at];
        }
        return at + 5;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }
}
