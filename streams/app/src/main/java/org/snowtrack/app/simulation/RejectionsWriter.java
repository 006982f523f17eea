package org.snowtrack.app.simulation;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.schemas.MailRejection;

/** The events of a case, written as they come. Not thread-safe. */
final class RejectionsWriter implements Consumer<MailRejection>, Closeable {

    private final Writer out;

    /**
     * @param file is created
     */
    RejectionsWriter(Path file) throws IOException {
        out = new BufferedWriter(new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file), 1 << 16), StandardCharsets.UTF_8));
    }

    /**
     * Writes one.
     *
     * @throws UncheckedIOException where the disk does not take it
     */
    @Override
    public void accept(MailRejection event) {
        try {
            out.write(RejectionJson.write(event) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
