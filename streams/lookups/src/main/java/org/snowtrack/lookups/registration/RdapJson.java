package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;

/** Reads RDAP's JSON. A member of another shape than RFC 9083 gives it is as good as absent. Safe for any thread. */
final class RdapJson {

    /** Of one answer; registries send some ten. */
    static final int MAX_ENTITIES = 1000;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RdapJson() {}

    /** The value, whatever its shape. Bytes that are not UTF-8 become replacement characters: one broken name is no reason to know nothing. */
    static JsonNode read(byte[] body) throws JsonProcessingException {
        String text = new String(body, StandardCharsets.UTF_8);
        return MAPPER.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    /** @throws IllegalArgumentException with a sentence, if this is no object, or one that names another class */
    static void requireClass(JsonNode object, String expected) {
        if (!object.isObject()) {
            throw new IllegalArgumentException(
                    "a description of a " + expected + " is a JSON object, and this is none");
        }
        text(object.path("objectClassName"))
                .filter(objectClass -> !objectClass.equalsIgnoreCase(expected))
                .ifPresent(objectClass -> {
                    throw new IllegalArgumentException(
                            "the object describes a '" + objectClass + "', not a " + expected);
                });
    }

    static Stream<JsonNode> elements(JsonNode node) {
        return node.isArray() ? node.valueStream() : Stream.empty();
    }

    static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue()).filter(text -> !text.isBlank());
    }

    static boolean is(JsonNode node, String expected) {
        return text(node)
                .filter(text -> text.strip().equalsIgnoreCase(expected))
                .isPresent();
    }

    /** The entities in that role, nested ones too, outermost first. */
    static List<JsonNode> entities(JsonNode object, String role) {
        return entities(List.of(object), Set.of(role));
    }

    /**
     * The entities in one of the roles, nested ones too, outermost first. Each is looked at once, however the holders are
     * nested in each other, and of more than {@link #MAX_ENTITIES} only the first.
     *
     * @param roles in lower case
     */
    static List<JsonNode> entities(Collection<JsonNode> holders, Set<String> roles) {
        List<JsonNode> found = new ArrayList<>();
        Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Queue<JsonNode> toOpen = new ArrayDeque<>(holders);
        while (!toOpen.isEmpty()) {
            List<JsonNode> entities = elements(toOpen.remove().path("entities"))
                    .limit(MAX_ENTITIES)
                    .toList();
            for (JsonNode entity : entities) {
                if (seen.size() == MAX_ENTITIES) {
                    return found;
                }
                if (seen.add(entity)) {
                    if (elements(entity.path("roles")).anyMatch(held -> roles.contains(role(held)))) {
                        found.add(entity);
                    }
                    toOpen.add(entity);
                }
            }
        }
        return found;
    }

    private static String role(JsonNode held) {
        return text(held).map(role -> role.strip().toLowerCase(Locale.ROOT)).orElse("");
    }
}
