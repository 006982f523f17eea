package org.snowtrack.connectors.tail;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What a gzip file (RFC 1952) of one or more members holds. A file that breaks off or is no gzip file ends where it can
 * no longer be made out. Closing it closes nothing but itself.
 */
final class Gunzip extends InputStream {

    private static final int BUFFER = 1 << 16;
    /** What was made out of a piece in which the damage lies is lost with it. */
    private static final int PIECE = 1 << 12;

    private final InputStream compressed;
    private @Nullable GZIPInputStream members;
    private boolean isDamaged;

    Gunzip(InputStream compressed) {
        this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
        if (isDamaged) {
            return -1;
        }
        try {
            if (members == null) {
                members = new GZIPInputStream(compressed, BUFFER);
            }
            return members.read(bytes, at, Math.min(length, PIECE));
        } catch (EOFException | ZipException e) {
            isDamaged = true;
            return -1;
        }
    }

    boolean isDamaged() {
        return isDamaged;
    }

    @Override
    public void close() throws IOException {
        if (members != null) {
            members.close();
        }
    }
}
