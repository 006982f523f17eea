package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdapDomainTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Registration NOTHING =
            new Registration(null, null, null, null, null, null, null, List.of(), List.of(), null);

    /** The shape of a gTLD registry's answer, with the abuse contact nested in the registrar. */
    private static final String REGISTRY = """
            {"objectClassName": "domain", "handle": "1_DOMAIN_COM-VRSN", "ldhName": "EXAMPLE.COM",
             "entities": [
               {"objectClassName": "entity", "roles": ["technical"], "handle": "T-1"},
               {"objectClassName": "entity", "handle": "292", "roles": ["registrar"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": "292"}],
                "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Mark  Monitor Inc."]]],
                "entities": [{"objectClassName": "entity", "roles": ["abuse"],
                  "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Abuse"]]]}]}],
             "events": [
               {"eventAction": "registration", "eventDate": "2017-09-15T04:00:00Z"},
               {"eventAction": "expiration", "eventDate": "2028-09-14T04:00:00Z"},
               {"eventAction": "transfer", "eventDate": "2018-01-02T00:00:00+02:00"},
               {"eventAction": "transfer", "eventDate": "2017-12-01T00:00:00Z"},
               {"eventAction": "reregistration", "eventDate": "2017-10-01"}],
             "nameservers": [
               {"objectClassName": "nameserver", "ldhName": "NS2.EXAMPLE.NET."},
               {"objectClassName": "nameserver", "unicodeName": "ns1.example.net"},
               {"objectClassName": "nameserver", "ldhName": "ns2.example.net"}]}
            """;

    @Test
    void shouldReadEveryPartWhenRegistryTellsAll() throws Exception {
        // When
        Registration registration = parse(REGISTRY);

        // Then
        assertThat(registration)
                .isEqualTo(new Registration(
                        "IANA:292",
                        "Mark  Monitor Inc.",
                        Instant.parse("2017-09-15T04:00:00Z"),
                        Instant.parse("2017-10-01T00:00:00Z"),
                        Instant.parse("2018-01-01T22:00:00Z"),
                        null,
                        Instant.parse("2028-09-14T04:00:00Z"),
                        List.of("ns1.example.net", "ns2.example.net"),
                        List.of(),
                        null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "'publicIds':[{'type':'IANA Registrar ID','identifier':'n/a'}],'handle':'R-1' | R-1 | -",
                "'publicIds':[{'type':'other','identifier':'7'}],'handle':'R-1' | R-1 | -",
                "'vcardArray':['vcard',[['fn',{},'text','Gandi  SAS ']]],'handle':'R-1' | gandi sas | 'Gandi  SAS '",
                "'vcardArray':['vcard',[['fn',{},'text',''],['org',{},'text','OVH']]] | ovh | OVH",
                "'vcardArray':['vcard',[['org',{},'text',['OVH','Domains']]]] | ovh | OVH"
            })
    void shouldFallBackToNameThenHandleWhenRegistrarHasNoNumber(String members, String registrar, String name)
            throws Exception {
        // When
        Registration registration = parse(
                "{'entities':[{'roles':['registrar'],%s}]}".formatted(members).replace('\'', '"'));

        // Then
        assertThat(registration)
                .extracting(Registration::registrar, Registration::registrarName)
                .containsExactly(registrar, name);
    }

    @Test
    void shouldFindTheRegistrarWhenItIsNested() throws Exception {
        // When
        Registration registration = parse("""
                {"entities": [{"roles": ["registrant"], "entities": [{"roles": ["registrar"], "handle": "R-1"}]}]}
                """);

        // Then
        assertThat(registration.registrar()).isEqualTo("R-1");
    }

    @Test
    void shouldTakeTheEarliestRegistrationWhenThereAreSeveral() throws Exception {
        // When
        Registration registration = parse("""
                {"events": [{"eventAction": "registration", "eventDate": "2018-01-01T00:00:00Z"},
                            {"eventAction": "Registration", "eventDate": "2017-01-01T00:00:00Z"}]}
                """);

        // Then
        assertThat(registration.registeredAt()).isEqualTo("2017-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "2017-09-15,2017-09-15T00:00:00Z",
        "2017-09-15t04:00:00.5z,2017-09-15T04:00:00.5Z",
        "2017-09-15T04:00:00-05:30,2017-09-15T09:30:00Z",
        "2017-09-15T04:00:00+0200,2017-09-15T02:00:00Z",
        "2017-09-15T04:00:00,2017-09-15T04:00:00Z",
        "2017-09-15 04:00:00,2017-09-15T04:00:00Z",
        "2017-09-15 04:00:00 +0200,2017-09-15T02:00:00Z",
        "2017-09-15 04:00:00 UTC,2017-09-15T04:00:00Z",
        "2017-09-15T04:00Z,2017-09-15T04:00:00Z"
    })
    void shouldReadTheDateWhenRegistryWritesItItsOwnWay(String written, String expected) throws Exception {
        // When
        Registration registration =
                parse("{\"events\":[{\"eventAction\":\"registration\",\"eventDate\":\"%s\"}]}".formatted(written));

        // Then
        assertThat(registration.registeredAt()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15.09.2017",
                "2017-13-01",
                "2017-09-15T25:00:00Z",
                "+999999999-01-01",
                "-0001-01-01",
                "0001-01-01T00:00:00Z",
                "1970-01-01",
                "0000-00-00"
            })
    void shouldNotKnowTheDateWhenItIsUnreadable(String written) throws Exception {
        // When
        Registration registration =
                parse("{\"events\":[{\"eventAction\":\"registration\",\"eventDate\":\"%s\"}]}".formatted(written));

        // Then
        assertThat(registration).isEqualTo(NOTHING);
    }

    @Test
    void shouldPassOverADateOfAMegabyteAtOnce() throws Exception {
        // Given
        String endless = "x" + " ".repeat(1 << 20) + "y";

        // When
        Registration registration =
                parse("{'objectClassName': 'domain', 'events': [{'eventAction': 'registration', 'eventDate': '%s'}]}"
                        .formatted(endless)
                        .replace('\'', '"'));

        // Then
        assertThat(registration.registeredAt()).isNull();
    }

    @Test
    void shouldNotKnowPartsWhenTheyAreRedacted() throws Exception {
        // When
        Registration registration = parse("""
                {"objectClassName": "domain",
                 "entities": [{"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", ""]]]}],
                 "redacted": [{"name": {"description": "Registrar Name"}, "method": "emptyValue"}]}
                """);

        // Then
        assertThat(registration).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'Registrar Name' | registrar registrarName",
                "'Nameservers' | nameServers",
                "'Creation Date' | registeredAt reregisteredAt transferredAt changedAt expiresAt",
                "'Transfer Date' | transferredAt",
                "'Registrar Abuse Contact Email' | ''",
                "'Registrar Phone' | ''",
                "'Admin Name' | ''"
            })
    void shouldNotKnowWhatARedactionNamesAndKnowTheRest(String name, String unknown) throws Exception {
        // Given
        Registration whole = parse(REGISTRY);

        // When
        Registration redacted =
                parse(REGISTRY.strip().replaceFirst("\\}$", "") + ", \"redacted\": [{\"name\": {\"description\": \""
                        + name + "\"}, \"method\": \"replacementValue\"}]}");

        // Then
        String[] hidden = unknown.isEmpty() ? new String[0] : unknown.split(" ");
        assertThat(redacted).usingRecursiveComparison().ignoringFields(hidden).isEqualTo(whole);
        assertThat(List.of(hidden))
                .allSatisfy(part -> assertThat(redacted).extracting(part).isIn(null, List.of()));
    }

    @ParameterizedTest
    @CsvSource({"0292,IANA:292", "292,IANA:292"})
    void shouldWriteARegistrarsNumberInOneWay(String written, String registrar) throws Exception {
        // When
        Registration registration = parse("""
                {"entities": [{"roles": ["registrar"],
                  "publicIds": [{"type": "IANA Registrar ID", "identifier": "%s"}]}]}
                """.formatted(written));

        // Then
        assertThat(registration.registrar()).isEqualTo(registrar);
    }

    @Test
    void shouldWriteStatusInOneWay() throws Exception {
        // When
        Registration registration =
                parse("{\"status\": [\"clientTransferProhibited\", \"active\", \"client transfer prohibited\", 7]}");

        // Then
        assertThat(registration.status()).containsExactly("active", "client transfer prohibited");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"domain\"", "null", "{\"objectClassName\": \"entity\"}"})
    void shouldRefuseWhenThisIsNotADomain(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(json)).withMessageContaining("domain");
    }

    @Property(tries = 200)
    void shouldNotThrowWhateverTheShapes(@ForAll("shapes") JsonNode shape) {
        // When
        Registration registration = RdapDomain.parse(shape);

        // Then
        assertThat(registration.nameServers()).isSorted().doesNotHaveDuplicates();
        assertThat(registration.registeredAt()).isNull();
    }

    @Provide
    Arbitrary<JsonNode> shapes() {
        Arbitrary<JsonNode> leaf = Arbitraries.of(
                JsonNodeFactory.instance.nullNode(),
                JsonNodeFactory.instance.numberNode(404),
                JsonNodeFactory.instance.booleanNode(true),
                JsonNodeFactory.instance.textNode("registrar"),
                JsonNodeFactory.instance.textNode("registration"),
                JsonNodeFactory.instance.textNode("a.example"),
                JsonNodeFactory.instance.textNode("fn"));
        return objects(shapesBelow(leaf, 4));
    }

    private static Arbitrary<JsonNode> shapesBelow(Arbitrary<JsonNode> leaf, int depth) {
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<JsonNode> below = shapesBelow(leaf, depth - 1);
        return Arbitraries.oneOf(List.of(leaf, arrays(below), objects(below)));
    }

    private static Arbitrary<JsonNode> arrays(Arbitrary<JsonNode> elements) {
        return elements.list().ofMaxSize(4).map(list -> new ArrayNode(JsonNodeFactory.instance, List.copyOf(list)));
    }

    private static Arbitrary<JsonNode> objects(Arbitrary<JsonNode> values) {
        Arbitrary<String> names = Arbitraries.of(
                "entities",
                "roles",
                "publicIds",
                "type",
                "identifier",
                "vcardArray",
                "handle",
                "events",
                "eventAction",
                "eventDate",
                "nameservers",
                "ldhName",
                "unicodeName",
                "redacted");
        return Arbitraries.maps(names, values).ofMaxSize(6).map(map -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.setAll(map);
            return object;
        });
    }

    private static Registration parse(String json) throws JsonProcessingException {
        return RdapDomain.parse(JSON.readTree(json));
    }
}
