package org.snowtrack.lookups.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a registry says that it hides (RFC 9537). A part that a redaction names is unknown by whichever of the four methods
 * it is hidden: removed, emptied, partly shown, or replaced by a value that is nobody's.
 *
 * <p>A redaction names its part in words and by JSONPaths, which may point into the answer before or after the change, or
 * nowhere. They are read as text: where they leave a doubt, the part is unknown. Immutable; safe for any thread.
 */
final class Redactions {

    private static final Pattern EMAIL = Pattern.compile("e-?mail");
    private static final Pattern OTHER_CONTACT = Pattern.compile("admin|tech|billing|abuse|registrar");
    private static final Pattern CONTACT_DETAIL =
            Pattern.compile("street|city|postal|state|province|country|phone|\\btel\\b|fax|\\badr\\b|e-?mail");
    private static final Pattern IDENTITY =
            Pattern.compile("\\bname\\b|organi[sz]ation|\\borg\\b|\\bfn\\b|handle|\\bid\\b");
    private static final Pattern DATE = Pattern.compile("\\bevents?|date");
    private static final Pattern ACTION = Pattern.compile("registration|transfer|last changed|expiration");

    private final List<String> redactions;

    private Redactions(List<String> redactions) {
        this.redactions = redactions;
    }

    static Redactions of(JsonNode object) {
        return new Redactions(RdapJson.elements(object.path("redacted"))
                .map(redaction -> Stream.of(
                                redaction.path("name").path("description"),
                                redaction.path("name").path("type"),
                                redaction.path("prePath"),
                                redaction.path("postPath"),
                                redaction.path("replacementPath"))
                        .flatMap(part -> RdapJson.text(part).stream())
                        .collect(Collectors.joining("\n"))
                        .toLowerCase(Locale.ROOT))
                .toList());
    }

    boolean hideRegistrantEmail() {
        return redactions.stream().anyMatch(redaction -> {
            boolean ofRegistrant = redaction.contains("registrant");
            return EMAIL.matcher(redaction).find()
                    ? ofRegistrant || !OTHER_CONTACT.matcher(redaction).find()
                    : ofRegistrant
                            && !CONTACT_DETAIL.matcher(redaction).find()
                            && !IDENTITY.matcher(redaction).find();
        });
    }

    boolean hideRegistrar() {
        return redactions.stream()
                .anyMatch(redaction -> redaction.contains("registrar")
                        && !redaction.contains("abuse")
                        && !CONTACT_DETAIL.matcher(redaction).find()
                        && !DATE.matcher(redaction).find());
    }

    boolean hideNameServers() {
        return redactions.stream()
                .anyMatch(redaction -> redaction.contains("nameserver") || redaction.contains("name server"));
    }

    /** Whether the date of this event is hidden; a redaction that speaks of dates but of no event hides all. */
    boolean hideDate(String action) {
        return redactions.stream()
                .filter(redaction -> DATE.matcher(redaction).find())
                .anyMatch(redaction ->
                        redaction.contains(action) || !ACTION.matcher(redaction).find());
    }
}
