package org.snowtrack.connectors.tail;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** What an open file holds, uncompressed, by position. For one thread at a time. */
interface Bytes extends Closeable {

    /** The bytes from a position on; fewer than wanted only where the file ends. The array is never written to again. */
    byte[] read(long position, int length) throws IOException;

    /** Whether there are at least so many. */
    boolean holds(long bytes) throws IOException;

    /** How many lie behind a position, by what the file tells without being read. */
    long behind(long position) throws IOException;

    /** The bytes from a position on, as many as there are. Closing the stream closes nothing. */
    InputStream from(long position) throws IOException;

    /** Whether a read has come to a place behind which the file cannot be made out. */
    boolean isDamaged();
}
