package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** A file that is what it holds. It may grow and be cut off meanwhile. */
record PlainBytes(FileChannel channel) implements Bytes {

    @Override
    public byte[] read(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, behind(position)));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    @Override
    public boolean holds(long bytes) throws IOException {
        return channel.size() >= bytes;
    }

    @Override
    public long behind(long position) throws IOException {
        return Math.max(0, channel.size() - position);
    }

    @Override
    public InputStream from(long position) {
        return new ChannelStream(channel, position);
    }

    @Override
    public boolean isDamaged() {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
