package org.snowtrack.lookups.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snowtrack.schemas.ip.IpRange;

class RdapNetworkTest {

    /** As ARIN writes it: no country, everybody nested in the holder. */
    private static final String NESTED = """
            {'objectClassName': 'ip network', 'handle': 'NET-192-0-2-0-1', 'name': 'EXAMPLE-NET', 'ipVersion': 'v4',
             'startAddress': '192.0.2.0', 'endAddress': '192.0.2.255', 'type': 'DIRECT ALLOCATION',
             'cidr0_cidrs': [{'v4prefix': '192.0.2.0', 'length': 24}],
             'entities': [{'objectClassName': 'entity', 'handle': 'EX-1', 'roles': ['registrant'],
               'vcardArray': ['vcard', [['fn', {}, 'text', 'Example Hosting'], ['email', {}, 'text', 'info@example.com']]],
               'entities': [
                 {'roles': ['technical', 'administrative'],
                  'vcardArray': ['vcard', [['email', {}, 'text', 'noc@example.com']]]},
                 {'roles': ['noc', 'abuse'],
                  'vcardArray': ['vcard', [['email', {}, 'text', 'Abuse@Example.COM']]]}]}]}
            """;

    /** As RIPE and APNIC write it: a country, the abuse role at the top, its mailbox for abuse marked. */
    private static final String FLAT = """
            {'objectClassName': 'ip network', 'handle': '2001:DB8::/32', 'name': 'DOC-NET', 'country': 'fr',
             'startAddress': '2001:db8::', 'endAddress': '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
             'entities': [{'roles': ['registrant']}, {'roles': ['abuse'], 'vcardArray': ['vcard', [
               ['email', {'type': 'email'}, 'text', 'role@example.net'],
               ['email', {'type': ['work', 'abuse']}, 'text', 'abuse@example.net']]]}]}
            """;

    @Test
    void shouldFindTheContactForAbuseInTheHolder() throws Exception {
        assertThat(parse(NESTED))
                .isEqualTo(new Allocation(
                        IpRange.parse("192.0.2.0/24"), "NET-192-0-2-0-1", "EXAMPLE-NET", null, "abuse@example.com"));
    }

    @Test
    void shouldTakeTheMailboxThatIsMarkedForAbuse() throws Exception {
        assertThat(parse(FLAT))
                .isEqualTo(new Allocation(
                        IpRange.parse("2001:db8::/32"), "2001:DB8::/32", "DOC-NET", "FR", "abuse@example.net"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'startAddress': '192.0.2.0/24', 'endAddress': '192.0.2.255/24' | 192.0.2.0-192.0.2.255",
                "'cidr0_cidrs': [{'v4prefix': '192.0.2.0', 'length': 25}, {'v4prefix': '192.0.2.128', 'length': 26}]"
                        + " | 192.0.2.0-192.0.2.191",
                "'startAddress': 'x', 'cidr0_cidrs': [{'v6prefix': '2001:db8::', 'length': 127}, 7]"
                        + " | 2001:db8::-2001:db8::1",
                "'cidr0_cidrs': [{'v4prefix': '192.0.2.0', 'length': 32}, {'v6prefix': '2001:db8::', 'length': 127}]"
                        + " | 192.0.2.0-192.0.2.0"
            })
    void shouldReadTheRangeHoweverItIsWritten(String members, String range) throws Exception {
        assertThat(parse("{" + members + "}").range()).hasToString(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "{}",
                "{'objectClassName': 'domain'}",
                "{'startAddress': '192.0.2.9', 'endAddress': '192.0.2.1'}",
                "{'startAddress': '192.0.2.9', 'endAddress': '2001:db8::'}",
                "{'startAddress': 7, 'endAddress': 8}",
                "{'cidr0_cidrs': [{'v4prefix': '192.0.2.0', 'length': 99}]}"
            })
    void shouldSayWhyWhenThereIsNoNetworkInIt(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(json)).withMessageContaining("ip network");
    }

    private static Allocation parse(String json) throws JsonProcessingException {
        return RdapNetwork.parse(RdapJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
