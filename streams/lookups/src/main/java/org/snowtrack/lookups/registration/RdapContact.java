package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snowtrack.lookups.names.HostNames;

/**
 * Who an RDAP entity is and how to write to it: a jCard (RFC 7095), or a JSContact card (RFC 9553) where a registry sends
 * that. Safe for any thread.
 */
final class RdapContact {

    private static final int MAX_LENGTH = 254;
    private static final Pattern MAILBOX = Pattern.compile("([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([^@]+)");

    private RdapContact() {}

    /** What the entity is called, its own name before its organisation's. */
    static Stream<String> names(JsonNode entity) {
        JsonNode card = entity.path("jscontact_card");
        return Stream.of(
                        properties(entity, "fn").map(RdapContact::value),
                        properties(entity, "org").map(RdapContact::value),
                        Stream.of(card.path("name").path("full")),
                        card.path("organizations").valueStream().map(organization -> organization.path("name")))
                .flatMap(values -> values)
                .flatMap(value -> RdapJson.text(value).stream());
    }

    /** Well-formed mail addresses, in lower case; those that the card marks as being for abuse come first. */
    static Stream<String> emails(JsonNode entity) {
        return Stream.of(
                        properties(entity, "email")
                                .filter(RdapContact::isForAbuse)
                                .map(RdapContact::value),
                        properties(entity, "email").map(RdapContact::value),
                        entity.path("jscontact_card")
                                .path("emails")
                                .valueStream()
                                .map(email -> email.path("address")))
                .flatMap(values -> values)
                .flatMap(value -> RdapJson.text(value).stream())
                .flatMap(text -> mailbox(text).stream())
                .distinct();
    }

    /** A mail address in lower case; empty for anything that mail cannot be sent to, such as the address of a form. */
    private static Optional<String> mailbox(String text) {
        String plain = text.strip();
        Matcher matcher = MAILBOX.matcher(plain);
        return plain.length() <= MAX_LENGTH && matcher.matches()
                ? HostNames.normalize(matcher.group(2))
                        .map(host -> matcher.group(1).toLowerCase(Locale.ROOT) + "@" + host)
                : Optional.empty();
    }

    /** jCard's properties: {@code [name, parameters, type, value...]}. */
    private static Stream<JsonNode> properties(JsonNode entity, String name) {
        return RdapJson.elements(entity.path("vcardArray").path(1))
                .filter(property -> RdapJson.is(property.path(0), name));
    }

    private static JsonNode value(JsonNode property) {
        JsonNode value = property.path(3);
        return value.isArray() ? value.path(0) : value;
    }

    private static boolean isForAbuse(JsonNode property) {
        JsonNode type = property.path(1).path("type");
        return RdapJson.is(type, "abuse") || RdapJson.elements(type).anyMatch(one -> RdapJson.is(one, "abuse"));
    }
}
