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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.names.HostNames;

/**
 * Reads the domain objects of RDAP (RFC 9083, section 5.3). A part that is absent, redacted (RFC 9537), or of another shape
 * than the RFC gives it, is unknown. Safe for any thread.
 */
public final class RdapDomain {

    /** A longer text is no date, and not worth the time of a search in it. */
    private static final int LONGEST_DATE = 64;

    private static final DateTimeFormatter EVENT_DATE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .parseCaseInsensitive()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    /** The first domains are of this year. Earlier dates are how databases write that there is none. */
    private static final Instant FIRST_DOMAINS = Instant.parse("1985-01-01T00:00:00Z");

    private static final Pattern PLACEHOLDER = Pattern.compile("(?i)n/?a|none|null|-+|.*\\bredacted\\b.*");

    private RdapDomain() {}

    /**
     * Reads one domain object. Of several registrations the earliest counts, of several other events of a kind the latest; a
     * time without an offset is taken as UTC, a date as its first instant, and one before there were domains as none.
     *
     * @throws IllegalArgumentException with a sentence, if this is not a JSON object or one of another class
     */
    public static Registration parse(JsonNode object) {
        RdapJson.requireClass(object, "domain");
        Redactions redactions = Redactions.of(object);
        Optional<JsonNode> registrar = redactions.hideRegistrar()
                ? Optional.empty()
                : RdapJson.entities(object, "registrar").stream()
                        .filter(entity -> identity(entity).isPresent())
                        .findFirst();
        return new Registration(
                registrar.flatMap(RdapDomain::identity).orElse(null),
                registrar.flatMap(RdapDomain::name).orElse(null),
                event(object, redactions, "registration", BinaryOperator.minBy(Comparator.naturalOrder())),
                latest(object, redactions, "reregistration"),
                latest(object, redactions, "transfer"),
                latest(object, redactions, "last changed"),
                latest(object, redactions, "expiration"),
                redactions.hideNameServers() ? List.of() : nameServers(object),
                status(object),
                RegistrantEmail.of(object, redactions).orElse(null));
    }

    private static Optional<String> identity(JsonNode registrar) {
        // Registries without ICANN's registrars write things like "n/a" here: only a number tells registrars apart.
        return RdapJson.elements(registrar.path("publicIds"))
                .filter(id -> RdapJson.is(id.path("type"), "IANA Registrar ID"))
                .map(id -> id.path("identifier").asText().strip())
                .filter(id -> id.matches("0*[1-9][0-9]{0,9}"))
                .findFirst()
                .map(id -> "IANA:" + id.replaceFirst("^0+", ""))
                .or(() -> name(registrar)
                        .map(name -> name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT)))
                .or(() -> RdapJson.text(registrar.path("handle")));
    }

    private static Optional<String> name(JsonNode registrar) {
        return RdapContact.names(registrar)
                .filter(name -> !PLACEHOLDER.matcher(name.strip()).matches())
                .findFirst();
    }

    private static @Nullable Instant latest(JsonNode domain, Redactions redactions, String action) {
        return event(domain, redactions, action, BinaryOperator.maxBy(Comparator.naturalOrder()));
    }

    private static @Nullable Instant event(
            JsonNode domain, Redactions redactions, String action, BinaryOperator<Instant> choice) {
        return redactions.hideDate(action)
                ? null
                : RdapJson.elements(domain.path("events"))
                        .filter(event -> RdapJson.is(event.path("eventAction"), action))
                        .flatMap(event -> RdapJson.text(event.path("eventDate")).flatMap(RdapDomain::instant).stream())
                        .reduce(choice)
                        .orElse(null);
    }

    private static Optional<Instant> instant(String text) {
        if (text.length() > LONGEST_DATE) {
            return Optional.empty();
        }
        try {
            TemporalAccessor date =
                    EVENT_DATE.parseBest(isoForm(text), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            OffsetDateTime time = date instanceof OffsetDateTime withOffset
                    ? withOffset
                    : date instanceof LocalDateTime local
                            ? local.atOffset(ZoneOffset.UTC)
                            : LocalDate.from(date).atStartOfDay().atOffset(ZoneOffset.UTC);
            // RFC 3339 has years of four digits; Java reads nine, which do not fit into milliseconds.
            return time.getYear() <= 9999 && !time.toInstant().isBefore(FIRST_DOMAINS)
                    ? Optional.of(time.toInstant())
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Some registries write a blank where RFC 3339 has a T, or name the zone. */
    private static String isoForm(String text) {
        return text.strip()
                .replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +(?=\\d)", "$1T")
                .replaceFirst(" *(?:UTC|GMT)$", "Z")
                .replaceFirst(" +(?=[+-]\\d)", "");
    }

    private static List<String> nameServers(JsonNode domain) {
        return RdapJson.elements(domain.path("nameservers"))
                .flatMap(server -> RdapJson.text(server.path("ldhName"))
                        .or(() -> RdapJson.text(server.path("unicodeName")))
                        .flatMap(HostNames::normalize)
                        .stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Some registries write EPP's {@code clientHold} for RDAP's {@code client hold} (RFC 8056). */
    private static List<String> status(JsonNode domain) {
        return RdapJson.elements(domain.path("status"))
                .flatMap(status -> RdapJson.text(status).stream())
                .map(status ->
                        status.strip().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
    }
}
