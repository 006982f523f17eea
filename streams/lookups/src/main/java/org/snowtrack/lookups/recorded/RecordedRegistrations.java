package org.snowtrack.lookups.recorded;

import com.fasterxml.jackson.core.JsonLocation;
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
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.registration.Allocation;
import org.snowtrack.lookups.registration.RdapDomain;
import org.snowtrack.lookups.registration.RdapNetwork;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Registrations from {@code rdap/domain/NAME.json} and {@code rdap/ip/FIRST-LAST.json} of a case directory, all read at once.
 * Only a recorded RDAP error 404 (RFC 9083, section 6) says that something is not registered; what has no file is unknown. Of
 * several ranges around an address the one that starts last answers, of these the smallest. A recording is of one moment
 * and answers alike for any time. Immutable; safe for any thread.
 */
final class RecordedRegistrations {

    private static final String SUFFIX = ".json";
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Answer<Registration>> domains = new HashMap<>();
    private final NavigableMap<IpRange, Answer<Allocation>> networks = new TreeMap<>();

    private RecordedRegistrations() {}

    /**
     * Reads what there is.
     *
     * @param problems told of each file that cannot be read
     */
    static RecordedRegistrations read(Path caseDirectory, Consumer<Problem> problems) {
        RecordedRegistrations recorded = new RecordedRegistrations();
        Path rdap = caseDirectory.resolve("rdap");
        for (Path file : files(rdap.resolve("domain"), problems)) {
            recorded.domains.put(name(file), answer(file, RdapDomain::parse, problems));
        }
        for (Path file : files(rdap.resolve("ip"), problems)) {
            try {
                recorded.networks.put(IpRange.parse(name(file)), answer(file, RdapNetwork::parse, problems));
            } catch (IllegalArgumentException e) {
                problems.accept(
                        new Problem(file.toString(), 0, "the file's name is not FIRST-LAST.json: " + e.getMessage()));
            }
        }
        return recorded;
    }

    private static List<Path> files(Path directory, Consumer<Problem> problems) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> String.valueOf(file.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.accept(new Problem(directory.toString(), 0, "the directory cannot be read: " + e));
            return List.of();
        }
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static <A> Answer<A> answer(Path file, Function<JsonNode, A> reader, Consumer<Problem> problems) {
        try {
            JsonNode object = JSON.readTree(Files.readAllBytes(file));
            JsonNode error = object.path("errorCode");
            if (error.isMissingNode()) {
                return new Answer.Found<>(reader.apply(object));
            }
            return error.intValue() == NOT_FOUND
                    ? new Answer.NoRecord<>()
                    : new Answer.Failed<>(Failure.SERVER_FAILURE);
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            problems.accept(new Problem(
                    file.toString(),
                    place == null ? 0 : Math.max(0, place.getLineNr()),
                    "the file is not JSON, or breaks off"
                            + (place == null ? "" : ", at column " + place.getColumnNr())
                            + ": record the answer again, or remove the file"));
        } catch (IOException e) {
            problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
        } catch (IllegalArgumentException e) {
            problems.accept(new Problem(file.toString(), 0, String.valueOf(e.getMessage())));
        }
        return new Answer.Failed<>(Failure.MALFORMED);
    }

    CompletionStage<Answer<Registration>> domain(String domain, Instant at) {
        return CompletableFuture.completedStage(
                domains.getOrDefault(domain.toLowerCase(Locale.ROOT), new Answer.Failed<>(Failure.REFUSED)));
    }

    CompletionStage<Answer<Allocation>> network(IpAddress address, Instant at) {
        return CompletableFuture.completedStage(networks.entrySet().stream()
                .filter(network -> network.getKey().contains(address))
                .reduce(RecordedRegistrations::smaller)
                .map(Map.Entry::getValue)
                .orElseGet(() -> new Answer.Failed<>(Failure.REFUSED)));
    }

    /** In the order of the map, a later range starts later, or ends later. */
    private static Map.Entry<IpRange, Answer<Allocation>> smaller(
            Map.Entry<IpRange, Answer<Allocation>> one, Map.Entry<IpRange, Answer<Allocation>> later) {
        return one.getKey().first().equals(later.getKey().first()) ? one : later;
    }
}
