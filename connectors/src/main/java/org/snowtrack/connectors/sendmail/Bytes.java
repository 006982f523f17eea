package org.snowtrack.connectors.sendmail;

import java.nio.charset.StandardCharsets;

/** Words of the log as they stand in it. */
final class Bytes {

    private Bytes() {}

    static byte[] of(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
