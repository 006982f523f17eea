package org.snowtrack.app.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.snowtrack.app.broker.StartupException;

/** A node's status as a file of its data directory: JSON with snake case names. Written by one, read by any. */
public record StatusFile(Path path) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public static StatusFile in(Path dataDirectory) {
        return new StatusFile(dataDirectory.resolve("status.json"));
    }

    /** The status as one line of JSON. */
    public static String json(NodeStatus status) {
        try {
            return JSON.writeValueAsString(status);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A status is always JSON.", e);
        }
    }

    /** Whole or not at all: a reader never sees half a status. */
    public void write(NodeStatus status) {
        Path draft = path.resolveSibling("status.json.draft");
        try {
            Files.writeString(draft, json(status) + "\n", StandardCharsets.UTF_8);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + path + " cannot be written: " + e.getMessage() + ".", e);
        }
    }

    /** The status of the process that is running on the directory; empty where none is. */
    public Optional<NodeStatus> ofRunning() {
        return read().filter(status -> ProcessHandle.of(status.pid()).isPresent());
    }

    /** What was written last; empty where nothing was. */
    public Optional<NodeStatus> read() {
        try {
            return Optional.of(JSON.readValue(Files.readString(path), NodeStatus.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StartupException("The file " + path + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** Says that nobody runs any more. */
    public void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + path + " cannot be removed: " + e.getMessage() + ".", e);
        }
    }
}
