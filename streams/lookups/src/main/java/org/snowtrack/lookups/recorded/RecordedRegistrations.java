package org.snowtrack.lookups.recorded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.registration.RdapDomain;
import org.snowtrack.lookups.registration.Registration;

/**
 * Registrations from {@code rdap/domain/NAME.json} of a case directory, all read at once. Only a recorded RDAP error
 * 404 (RFC 9083, section 6) says that a domain is not registered; a domain without a file is unknown. A recording is
 * of one moment and answers alike for any time. Immutable; safe for any thread.
 */
final class RecordedRegistrations implements Lookup<String, Registration> {

    private static final String SUFFIX = ".json";
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Answer<Registration>> answers;

    private RecordedRegistrations(Map<String, Answer<Registration>> answers) {
        this.answers = answers;
    }

    /**
     * Reads what there is.
     *
     * @param problems told of each file that cannot be read
     */
    static RecordedRegistrations read(Path caseDirectory, Consumer<Problem> problems) {
        Map<String, Answer<Registration>> answers = new HashMap<>();
        for (Path file : files(caseDirectory.resolve("rdap").resolve("domain"), problems)) {
            String name = name(file);
            answers.put(name.substring(0, name.length() - SUFFIX.length()), answer(file, problems));
        }
        return new RecordedRegistrations(answers);
    }

    private static List<Path> files(Path directory, Consumer<Problem> problems) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> name(file).endsWith(SUFFIX)).sorted().toList();
        } catch (IOException e) {
            problems.accept(new Problem(directory.toString(), 0, "the directory cannot be read: " + e));
            return List.of();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }

    private static Answer<Registration> answer(Path file, Consumer<Problem> problems) {
        try {
            JsonNode object = JSON.readTree(Files.readAllBytes(file));
            JsonNode error = object.path("errorCode");
            if (error.isMissingNode()) {
                return new Answer.Found<>(RdapDomain.parse(object));
            }
            return error.intValue() == NOT_FOUND
                    ? new Answer.NoRecord<>()
                    : new Answer.Failed<>(Failure.SERVER_FAILURE);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            problems.accept(new Problem(file.toString(), line, "the file is not JSON: " + e.getOriginalMessage()));
        } catch (IOException e) {
            problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
        } catch (IllegalArgumentException e) {
            problems.accept(new Problem(file.toString(), 0, String.valueOf(e.getMessage())));
        }
        return new Answer.Failed<>(Failure.MALFORMED);
    }

    @Override
    public CompletionStage<Answer<Registration>> ask(String domain, Instant at) {
        return CompletableFuture.completedStage(
                answers.getOrDefault(domain.toLowerCase(Locale.ROOT), new Answer.Failed<>(Failure.REFUSED)));
    }
}
