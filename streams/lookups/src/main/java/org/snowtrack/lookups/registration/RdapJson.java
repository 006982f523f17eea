package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/** Reads RDAP's JSON. A member of another shape than RFC 9083 gives it is as good as absent. Safe for any thread. */
final class RdapJson {

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

    /** All entities in that role, nested ones too, outermost first. */
    static List<JsonNode> entities(JsonNode object, String role) {
        List<JsonNode> found = new ArrayList<>();
        Queue<JsonNode> holders = new ArrayDeque<>(List.of(object));
        while (!holders.isEmpty()) {
            elements(holders.remove().path("entities")).forEach(entity -> {
                if (elements(entity.path("roles")).anyMatch(held -> is(held, role))) {
                    found.add(entity);
                }
                holders.add(entity);
            });
        }
        return found;
    }
}
