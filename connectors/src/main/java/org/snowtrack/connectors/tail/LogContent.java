package org.snowtrack.connectors.tail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** A file as a whole, whatever it is called by now. */
public interface LogContent {

    /** When it was last seen to be written to. */
    Instant modified();

    /** What it holds from an offset on. Closing the stream closes nothing. */
    InputStream from(long offset) throws IOException;
}
