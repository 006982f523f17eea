package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.snowtrack.lookups.names.HostNames;

/**
 * Reads the domain objects of RDAP (RFC 9083, section 5.3), with the registrar in jCard (RFC 7095). A part that is
 * absent, redacted (RFC 9537), or of another shape than the RFC gives it, is unknown. Safe for any thread.
 */
public final class RdapDomain {

    private static final DateTimeFormatter EVENT_DATE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .parseCaseInsensitive()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    private RdapDomain() {}

    /**
     * Reads one domain object. Of several registrations the earliest counts, of several reregistrations and transfers
     * the latest; a time without an offset is taken as UTC, a date as its first instant.
     *
     * @throws IllegalArgumentException with a sentence, if this is not a JSON object or one of another class
     */
    public static Registration parse(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("a domain needs a JSON object, and this is not one");
        }
        Optional<String> objectClass = text(object.path("objectClassName"));
        if (objectClass.isPresent() && !objectClass.get().equalsIgnoreCase("domain")) {
            throw new IllegalArgumentException("the object describes a '" + objectClass.get() + "', not a domain");
        }
        Optional<JsonNode> registrar = registrars(object).stream()
                .filter(entity -> identity(entity).isPresent())
                .findFirst();
        return new Registration(
                registrar.flatMap(RdapDomain::identity).orElse(null),
                registrar.flatMap(RdapDomain::name).orElse(null),
                event(object, "registration", BinaryOperator.minBy(Comparator.naturalOrder()))
                        .orElse(null),
                event(object, "reregistration", BinaryOperator.maxBy(Comparator.naturalOrder()))
                        .orElse(null),
                event(object, "transfer", BinaryOperator.maxBy(Comparator.naturalOrder()))
                        .orElse(null),
                nameServers(object));
    }

    /** All registrars, outermost first. */
    private static List<JsonNode> registrars(JsonNode domain) {
        List<JsonNode> registrars = new ArrayList<>();
        Queue<JsonNode> holders = new ArrayDeque<>(List.of(domain));
        while (!holders.isEmpty()) {
            elements(holders.remove().path("entities")).forEach(entity -> {
                if (elements(entity.path("roles")).anyMatch(role -> is(role, "registrar"))) {
                    registrars.add(entity);
                }
                holders.add(entity);
            });
        }
        return registrars;
    }

    private static Optional<String> identity(JsonNode registrar) {
        // Registries without ICANN's registrars write things like "n/a" here: only a number tells registrars apart.
        return elements(registrar.path("publicIds"))
                .filter(id -> is(id.path("type"), "IANA Registrar ID"))
                .flatMap(id -> text(id.path("identifier")).stream())
                .map(String::strip)
                .filter(id -> id.matches("[0-9]+"))
                .findFirst()
                .map(id -> "IANA:" + id)
                .or(() -> name(registrar)
                        .map(name -> name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT)))
                .or(() -> text(registrar.path("handle")));
    }

    private static Optional<String> name(JsonNode entity) {
        return property(entity, "fn").or(() -> property(entity, "org"));
    }

    /** The first text of a jCard property: {@code [name, parameters, type, value...]}, where a value may be a list. */
    private static Optional<String> property(JsonNode entity, String name) {
        return elements(entity.path("vcardArray").path(1))
                .filter(property -> is(property.path(0), name))
                .map(property -> property.path(3))
                .flatMap(value -> text(value.isArray() ? value.path(0) : value).stream())
                .findFirst();
    }

    private static Optional<Instant> event(JsonNode domain, String action, BinaryOperator<Instant> choice) {
        return elements(domain.path("events"))
                .filter(event -> is(event.path("eventAction"), action))
                .flatMap(event -> text(event.path("eventDate")).flatMap(RdapDomain::instant).stream())
                .reduce(choice);
    }

    private static Optional<Instant> instant(String text) {
        try {
            TemporalAccessor date =
                    EVENT_DATE.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            OffsetDateTime time = date instanceof OffsetDateTime withOffset
                    ? withOffset
                    : date instanceof LocalDateTime local
                            ? local.atOffset(ZoneOffset.UTC)
                            : LocalDate.from(date).atStartOfDay().atOffset(ZoneOffset.UTC);
            // RFC 3339 has years of four digits; Java reads nine, which do not fit into milliseconds.
            return time.getYear() >= 0 && time.getYear() <= 9999 ? Optional.of(time.toInstant()) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static List<String> nameServers(JsonNode domain) {
        return elements(domain.path("nameservers"))
                .flatMap(server -> text(server.path("ldhName"))
                        .or(() -> text(server.path("unicodeName")))
                        .flatMap(HostNames::normalize)
                        .stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode node) {
        return node.isArray() ? node.valueStream() : Stream.empty();
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue()).filter(text -> !text.isBlank());
    }

    private static boolean is(JsonNode node, String expected) {
        return text(node)
                .filter(text -> text.strip().equalsIgnoreCase(expected))
                .isPresent();
    }
}
