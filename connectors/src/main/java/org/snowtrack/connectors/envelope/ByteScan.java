package org.snowtrack.connectors.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at bytes eight at a time (S. Vigna, <i>Broadword implementation of rank/select queries</i>, 2008, section 2: the zero
 * bytes of a word). Of a log's bytes most are looked at only here. Pure; safe for any thread.
 */
public final class ByteScan {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = 0x8080_8080_8080_8080L;

    private ByteScan() {}

    /** Index of the first such byte from an index on and before another; -1 where there is none. */
    public static int indexOf(byte wanted, byte[] bytes, int from, int to) {
        long pattern = (wanted & 0xff) * ONES;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long difference = (long) WORDS.get(bytes, at) ^ pattern;
            long zeros = (difference - ONES) & ~difference & SIGNS;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    /** Whether all bytes from an index on and before another are ASCII. */
    static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            if (((long) WORDS.get(bytes, at) & SIGNS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }
}
