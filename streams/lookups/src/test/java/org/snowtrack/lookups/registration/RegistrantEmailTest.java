package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrantEmailTest {

    @ParameterizedTest
    @CsvSource({
        "695225826@qq.example,695225826@qq.example",
        "Zyj860503@163.example,zyj860503@163.example",
        "' Anna.Smith+domains@Mail.Example. ',anna.smith+domains@mail.example",
        "hostmaster@shop.example,hostmaster@shop.example"
    })
    void shouldTellTheAddressThatTheRegistrantGave(String published, String expected) throws Exception {
        // When
        Registration registration = parse(domain(email(published), ""));

        // Then
        assertThat(registration.registrantEmail()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "REDACTED FOR PRIVACY",
                "Please query the RDDS service of the registrar",
                "https://registrar.example/contact-the-holder",
                "not published",
                "@",
                "a@b",
                "a b@c.example",
                "a@192.0.2.1",
                "redacted@registry.example",
                "shop.example@domainsby.example",
                "owner-4711@shop.example.whoisprivacyservice.example",
                "3f9a0c1be77d4452@contact.example",
                "abcdefghij0123456789@o-w-o.example",
                "info.7b3f0e9d-1a2b-4c3d-8e9f-001122334455@forward.example",
                "customer@registrar.example",
                "customer@contact.registrar.example"
            })
    void shouldNotTakeAPlaceholderOrAForwarderForTheRegistrant(String published) throws Exception {
        // When
        Registration registration = parse(domain(email(published), ""));

        // Then
        assertThat(registration.registrantEmail()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'status': ['private']",
                "'status': ['Proxy', 'active']",
                "'remarks': [{'title': 'REDACTED FOR PRIVACY', 'type': 'object redacted due to authorization'}]",
                "'remarks': [{'type': 'object truncated due to authorization', 'description': ['some of it']}]",
                "'remarks': [{'title': 'EMAIL REDACTED FOR PRIVACY', 'description': ['use the form']}]"
            })
    void shouldNotKnowTheRegistrantThatTheRegistryMarksAsHidden(String marked) throws Exception {
        // When
        Registration registration = parse(domain(email("anna@mail.example") + "," + marked, ""));

        // Then
        assertThat(registration.registrantEmail()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Domain Protection Services, Inc.", "WHOIS Agent", "Perfect Privacy, LLC", "By Proxy"})
    void shouldNotKnowTheRegistrantBehindAService(String name) throws Exception {
        // When
        Registration registration = parse("""
            {'entities': [{'roles': ['registrant'], 'vcardArray': ['vcard', [
              ['fn', {}, 'text', ''], ['org', {}, 'text', '%s'], ['email', {}, 'text', 'a@mail.example']]]}]}
            """.formatted(name));

        // Then
        assertThat(registration.registrantEmail()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': {'description': 'Registrant Email'}, 'method': 'removal'}",
                "{'name': {'type': 'Registrant Email'}, 'method': 'emptyValue'}",
                "{'name': {'description': 'Registrant E-Mail'}, 'method': 'partialValue'}",
                "{'name': {'description': 'Email'}, 'method': 'replacementValue', 'postPath': '$.entities[0]'}",
                "{'name': {'type': 'x'}, 'prePath':"
                        + " '$.entities[?(@.roles[0]==registrant)].vcardArray[1][?(@[0]==email)]'}",
                "{'name': {'description': 'Registrant Contact'}, 'prePath': '$.entities[0]'}"
            })
    void shouldNotKnowTheAddressHoweverItIsRedacted(String redaction) throws Exception {
        // When
        Registration registration = parse(domain(email("anna@mail.example"), "'redacted': [" + redaction + "],"));

        // Then
        assertThat(registration.registrantEmail()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': {'description': 'Registrant Street'}, 'method': 'emptyValue'}",
                "{'name': {'description': 'Registrant Phone'}, 'method': 'removal'}",
                "{'name': {'description': 'Tech Email'}, 'method': 'removal'}",
                "{'name': {'description': 'Registry Domain ID'}, 'method': 'removal'}"
            })
    void shouldKnowTheAddressWhenOtherPartsAreRedacted(String redaction) throws Exception {
        // When
        Registration registration = parse(domain(email("anna@mail.example"), "'redacted': [" + redaction + "],"));

        // Then
        assertThat(registration.registrantEmail()).isEqualTo("anna@mail.example");
    }

    @Test
    void shouldReadAJsContactCardToo() throws Exception {
        // When
        Registration registration = parse("""
            {'entities': [{'roles': ['registrant'], 'jscontact_card': {'@type': 'Card', 'version': '1.0',
              'name': {'full': 'Anna Smith'}, 'emails': {'e1': {'address': 'Anna@mail.example'}}}}]}
            """);

        // Then
        assertThat(registration.registrantEmail()).isEqualTo("anna@mail.example");
    }

    @ParameterizedTest
    @CsvSource({"0,999,anna@mail.example", "0,1000,", "400,599,anna@mail.example", "400,600,"})
    void shouldLookAtNoMoreEntitiesThanAnyRegistrySends(int around, int before, String expected) throws Exception {
        // Given
        String answer = "{'roles': [], 'entities': [".repeat(around)
                + "{'roles': ['technical']},".repeat(before)
                + "{'roles': ['registrant'], %s}".formatted(email("anna@mail.example"))
                + "]}".repeat(around);

        // When
        Registration registration = parse("{'entities': [" + answer + "]}");

        // Then
        assertThat(registration.registrantEmail()).isEqualTo(expected);
    }

    @Test
    void shouldKnowTheRegistrarWhereverItsEntitiesAreNested() throws Exception {
        // When
        Registration registration = parse("""
            {'entities': [
              {'roles': ['registrant'], %s},
              {'roles': ['reseller'], 'entities': [{'roles': ['registrar'], 'entities': [
                {'roles': ['technical'], 'entities': [{'roles': ['Abuse '], %s}]}]}]}]}
            """.formatted(email("anna@mail.example"), email("abuse@mail.example")));

        // Then
        assertThat(registration.registrantEmail()).isNull();
    }

    private static String email(String address) {
        return "'vcardArray': ['vcard', [['version', {}, 'text', '4.0'], ['fn', {}, 'text', 'Anna Smith'],"
                + " ['email', {}, 'text', '" + address + "']]]";
    }

    private static String domain(String registrant, String more) {
        return """
            {'objectClassName': 'domain', 'ldhName': 'SHOP.EXAMPLE', %s 'entities': [
              {'roles': ['registrant'], %s},
              {'roles': ['technical'], 'vcardArray': ['vcard', [['email', {}, 'text', 'tech@other.example']]]},
              {'roles': ['registrar'], 'entities': [{'roles': ['abuse'],
                'vcardArray': ['vcard', [['email', {}, 'text', 'abuse@registrar.example']]]}]}]}
            """.formatted(more, registrant);
    }

    private static Registration parse(String json) throws JsonProcessingException {
        return RdapDomain.parse(RdapJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
