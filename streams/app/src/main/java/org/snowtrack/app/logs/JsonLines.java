package org.snowtrack.app.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFact;

/** One JSON object a refusal, one line an object. For one thread. */
public final class JsonLines implements Closeable {

    private final JsonGenerator json;

    /** Writes there; closing this flushes and closes nothing. */
    public JsonLines(Writer out) throws IOException {
        json = new JsonFactory().createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.setRootValueSeparator(null);
    }

    /**
     * Writes a refusal.
     *
     * @param line in the file, counted from 1
     */
    public void write(Path file, long line, LogFact.Refusal refusal) {
        try {
            json.writeStartObject();
            json.writeStringField("file", file.toString());
            json.writeNumberField("line", line);
            json.writeStringField("source_ip", refusal.client().toString());
            json.writeStringField("observed_at", refusal.time().toString());
            json.writeStringField("reason", refusal.reason().name());
            json.writeNumberField("recipients", refusal.recipients());
            field("reply", refusal.reply());
            field("helo", refusal.helo());
            field("mail_from_domain", refusal.senderDomain());
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("Standard output cannot be written to: " + e.getMessage(), e);
        }
    }

    private void field(String name, @Nullable String value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
