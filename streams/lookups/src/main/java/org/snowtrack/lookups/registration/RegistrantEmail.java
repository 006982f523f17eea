package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snowtrack.lookups.names.HostNames;

/**
 * The registrant's own mail address, where the registry publishes one. What stands there is often somebody else's: it is
 * unknown where the registry says that it hides it (RFC 9537), marks the entity as private, a proxy or redacted (RFC 9083,
 * section 10.2), gives an address under the registrar's domain, one with the domain itself or a long token in its local part
 * (forwarders make such), or where a name of the entity or the address speaks of privacy. Safe for any thread.
 */
final class RegistrantEmail {

    private static final Set<String> HIDING =
            Set.of("private", "proxy", "removed", "obscured", "registrant privacy", "redacted for privacy");

    private static final Set<String> SELLING = Set.of("registrar", "reseller", "proxy");

    private static final Pattern PRIVACY =
            Pattern.compile("privacy|private|whois|proxy|protect|redact|withheld|anonym|masked|masking|gdpr|disclosed|"
                    + "hidden|identity.?shield|obscure");
    private static final Pattern TOKEN =
            Pattern.compile("(?=[a-z-]*[0-9])(?=[0-9-]*[a-z])(?:[0-9a-f-]{16,}|[0-9a-z]{20,})");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}");
    private static final Pattern SEPARATOR = Pattern.compile("[._+=]|(?<=\\D)-(?=\\d)");

    private RegistrantEmail() {}

    static Optional<String> of(JsonNode domain, Redactions redactions) {
        if (redactions.hideRegistrantEmail()) {
            return Optional.empty();
        }
        String name = RdapJson.text(domain.path("ldhName"))
                .flatMap(HostNames::normalize)
                .orElse("");
        List<JsonNode> sellers = RdapJson.entities(List.of(domain), SELLING);
        Set<String> registrars = Stream.concat(sellers.stream(), RdapJson.entities(sellers, Set.of("abuse")).stream())
                .flatMap(RdapContact::emails)
                .map(RegistrantEmail::owner)
                .collect(Collectors.toSet());
        return RdapJson.entities(domain, "registrant").stream()
                .filter(entity -> !isHidden(entity))
                .flatMap(RdapContact::emails)
                .filter(email -> !registrars.contains(owner(email)) && !isForwarder(email, name))
                .findFirst();
    }

    private static boolean isHidden(JsonNode entity) {
        return Stream.concat(RdapJson.elements(entity.path("roles")), RdapJson.elements(entity.path("status")))
                        .flatMap(text -> RdapJson.text(text).stream())
                        .anyMatch(text -> HIDING.contains(text.strip().toLowerCase(Locale.ROOT)))
                || RdapJson.elements(entity.path("remarks"))
                        .flatMap(remark -> Stream.of(remark.path("title"), remark.path("type")))
                        .flatMap(text -> RdapJson.text(text).stream())
                        .map(text -> text.toLowerCase(Locale.ROOT))
                        .anyMatch(text -> text.contains("redacted") || text.contains("due to authorization"))
                || RdapContact.names(entity).anyMatch(RegistrantEmail::speaksOfPrivacy);
    }

    private static boolean isForwarder(String email, String domain) {
        String local = email.substring(0, email.indexOf('@'));
        return speaksOfPrivacy(email)
                || (!domain.isEmpty() && local.contains(domain))
                || UUID.matcher(local).find()
                || SEPARATOR.splitAsStream(local).anyMatch(part -> TOKEN.matcher(part)
                        .matches());
    }

    private static boolean speaksOfPrivacy(String text) {
        return PRIVACY.matcher(text.toLowerCase(Locale.ROOT)).find();
    }

    /** The registrable domain of a mail address. */
    private static String owner(String email) {
        String host = email.substring(email.indexOf('@') + 1);
        return HostNames.registrableDomain(host).orElse(host);
    }
}
