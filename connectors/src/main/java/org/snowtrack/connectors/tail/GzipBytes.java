package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A gzip file, read from its start to its end. The bytes that were read last stay at hand, for a line that did not end
 * among them; whoever wants older ones has the file read from its start again.
 */
final class GzipBytes implements Bytes {

    private static final byte[] NONE = new byte[0];
    private static final int SKIPPED_AT_ONCE = 1 << 16;

    private final FileChannel channel;
    private ChannelStream compressed;
    private Gunzip content;
    private boolean isAtEnd;
    private byte[] last = NONE;
    /** Position of the byte behind the last ones. */
    private long next;

    GzipBytes(FileChannel channel) {
        this.channel = channel;
        this.compressed = new ChannelStream(channel, 0);
        this.content = new Gunzip(compressed);
    }

    @Override
    public byte[] read(long position, int length) throws IOException {
        if (position < next - last.length) {
            rewind();
        }
        if (!holds(position)) {
            return NONE;
        }
        int from = (int) (position - (next - last.length));
        int known = Math.min(length, last.length - from);
        if (isAtEnd || known == length) {
            return Arrays.copyOfRange(last, from, from + known);
        }
        byte[] bytes = Arrays.copyOfRange(last, from, from + length);
        int read = known + decode(bytes, known, length - known);
        last = read == length ? bytes : Arrays.copyOf(bytes, read);
        return last;
    }

    private int decode(byte[] bytes, int at, int length) throws IOException {
        int read = content.readNBytes(bytes, at, length);
        next += read;
        isAtEnd = read < length;
        return read;
    }

    private void rewind() throws IOException {
        content.close();
        compressed = new ChannelStream(channel, 0);
        content = new Gunzip(compressed);
        isAtEnd = false;
        last = NONE;
        next = 0;
    }

    @Override
    public boolean holds(long bytes) throws IOException {
        while (next < bytes && !isAtEnd) {
            byte[] skipped = new byte[(int) Math.min(SKIPPED_AT_ONCE, bytes - next)];
            last = Arrays.copyOf(skipped, decode(skipped, 0, skipped.length));
        }
        return next >= bytes;
    }

    /** At least as many as are left of the compressed ones. */
    @Override
    public long behind(long position) throws IOException {
        return Math.max(0, next - position) + compressed.available();
    }

    @Override
    public InputStream from(long position) throws IOException {
        Gunzip stream = new Gunzip(new ChannelStream(channel, 0));
        long left = position;
        for (long skipped = 1; left > 0 && skipped > 0; left -= skipped) {
            skipped = stream.skip(left);
        }
        return stream;
    }

    @Override
    public boolean isDamaged() {
        return content.isDamaged();
    }

    @Override
    public void close() throws IOException {
        content.close();
        channel.close();
    }
}
