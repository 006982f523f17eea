package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file from a position on, beside whoever else reads it. Closing it closes nothing. */
final class ChannelStream extends InputStream {

    private final FileChannel channel;
    private long next;

    ChannelStream(FileChannel channel, long position) {
        this.channel = channel;
        this.next = position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
        int read = channel.read(ByteBuffer.wrap(bytes, at, length), next);
        next += Math.max(0, read);
        return read;
    }

    @Override
    public long skip(long count) {
        next += Math.max(0, count);
        return Math.max(0, count);
    }

    /** Bytes up to the file's end: a reader of concatenated members asks, and takes none for the end. */
    @Override
    public int available() throws IOException {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, channel.size() - next));
    }

    long position() {
        return next;
    }
}
