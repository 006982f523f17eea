package org.snowtrack.lookups.networks;

import com.maxmind.db.Metadata;
import java.io.IOException;

/**
 * The search tree of a MaxMind DB file, as it is before anybody walks it. In an honest file a walk meets each node once, those
 * of IPv4 a few times more, where other prefixes stand for it (::ffff:0:0/96, 2001::/32, 2002::/16). In another, a hundred
 * nodes that lead to each other make a walk of 2^100 steps, of which the library's iterator never returns if none of them ends
 * in a record.
 */
final class MmdbTree {

    private static final int TIMES_EACH = 8;

    private final byte[] file;
    private final long nodes;
    private final int recordBits;
    private long left;

    private MmdbTree(byte[] file, long nodes, int recordBits) {
        this.file = file;
        this.nodes = nodes;
        this.recordBits = recordBits;
        left = TIMES_EACH * nodes;
    }

    /** @throws IOException with the reason, if the file's tree is no tree, or not all there */
    static void check(byte[] file, Metadata metadata) throws IOException {
        int recordBits = metadata.recordSize();
        if (recordBits != 24 && recordBits != 28 && recordBits != 32) {
            throw new IOException("its records have " + recordBits + " bits");
        }
        if (metadata.nodeCount() > file.length / (recordBits / 4)) {
            throw new IOException("it ends too early");
        }
        new MmdbTree(file, metadata.nodeCount(), recordBits).walk(0, metadata.ipVersion() == 4 ? 32 : 128);
    }

    /** @param bits how many more the addresses have here */
    private void walk(long node, int bits) throws IOException {
        // Whoever reads the tree says what is wrong with one that is deeper than addresses are long.
        if (node >= nodes || bits == 0) {
            return;
        }
        if (left-- == 0) {
            throw new IOException("its tree leads to its " + nodes + " nodes more than " + TIMES_EACH + " times each");
        }
        int at = (int) (node * recordBits / 4);
        walk(record(at, false), bits - 1);
        walk(record(at, true), bits - 1);
    }

    private long record(int at, boolean isRight) {
        return switch (recordBits) {
            case 24 -> number(isRight ? at + 3 : at, 3);
            case 28 ->
                isRight
                        ? ((file[at + 3] & 0x0fL) << 24) | number(at + 4, 3)
                        : ((file[at + 3] & 0xf0L) << 20) | number(at, 3);
            default -> number(isRight ? at + 4 : at, 4);
        };
    }

    private long number(int at, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = (number << 8) | (file[at + i] & 0xff);
        }
        return number;
    }
}
