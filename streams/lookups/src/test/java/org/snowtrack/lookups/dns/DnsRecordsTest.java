package org.snowtrack.lookups.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.snowtrack.lookups.cache.Rate;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class DnsRecordsTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.4");
    private static final String REVERSE = "4.2.0.192.in-addr.arpa. ";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void shouldKeepEveryPtrWhenAddressHasSeveral() {
        // Given
        DnsRecords records = records(
                REVERSE + "900 PTR Mx.Example.net.",
                REVERSE + "900 PTR forged.example.com.",
                REVERSE + "900 PTR absent.example.org.",
                REVERSE + "900 PTR localhost.",
                REVERSE + "900 PTR \\027[31m.example.net.",
                "mx.example.net. 600 CNAME host.example.net.",
                "host.example.net. 700 A 192.0.2.4",
                "host.example.net. 700 A 192.0.2.5",
                "forged.example.com. A 198.51.100.1");

        // When
        Fresh<List<PtrName>> answer = join(records.ptr(ADDRESS));

        // Then
        assertThat(answer)
                .isEqualTo(Fresh.found(
                        List.of(
                                new PtrName("absent.example.org", Confirmation.REFUTED),
                                new PtrName("forged.example.com", Confirmation.REFUTED),
                                new PtrName("mx.example.net", Confirmation.CONFIRMED)),
                        Duration.ofMinutes(2)));
    }

    @Test
    void shouldConfirmByItsOwnFamilyWhenAddressIsIpv6() {
        // Given
        TestDnsServer server = open(TestDnsServer.of(
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mx.example.net.",
                "mx.example.net. A 192.0.2.4",
                "mx.example.net. AAAA 2001:db8:0::1"));

        // When
        Fresh<List<PtrName>> answer = join(records(server).ptr(IpAddress.parse("2001:db8::1")));

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED))));
        assertThat(server.questions()).hasSize(2);
    }

    @Test
    void shouldFollowTheDelegationWhenReverseNameIsAnAlias() {
        // Given: RFC 2317
        DnsRecords records = records(
                REVERSE + "CNAME 4.0/26.2.0.192.in-addr.arpa.",
                "4.0/26.2.0.192.in-addr.arpa. PTR mx.example.net.",
                "mx.example.net. A 192.0.2.4");

        // When
        Fresh<List<PtrName>> answer = join(records.ptr(ADDRESS));

        // Then
        assertThat(answer.answer())
                .isEqualTo(new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED))));
    }

    @Test
    void shouldNotKnowTheConfirmationWhenTheNameCannotBeAsked() {
        // Given
        List<Record> zone = TestDnsServer.parse(
                REVERSE + "PTR mx.example.net.", REVERSE + "PTR broken.example.net.", "mx.example.net. A 192.0.2.4");
        Name broken = Name.fromConstantString("broken.example.net.");
        TestDnsServer server = open(TestDnsServer.behaving(query -> Optional.of(
                query.getQuestion().getName().equals(broken)
                        ? TestDnsServer.reply(query, Rcode.SERVFAIL)
                        : TestDnsServer.authoritative(query, zone))));

        // When
        Fresh<List<PtrName>> answer = join(records(server).ptr(ADDRESS));

        // Then
        assertThat(answer)
                .isEqualTo(Fresh.partlyFound(List.of(
                        new PtrName("broken.example.net", Confirmation.UNKNOWN),
                        new PtrName("mx.example.net", Confirmation.CONFIRMED))));
    }

    @Test
    void shouldSayThatThereIsNoneWhenAddressHasNoValidName() {
        // Given
        DnsRecords records = records(REVERSE + "60 PTR localhost.", REVERSE + "60 PTR 192.0.2.4.");

        // When
        Fresh<List<PtrName>> invalid = join(records.ptr(ADDRESS));

        // Then
        assertThat(invalid).isEqualTo(Fresh.noRecord(Duration.ofMinutes(1)));
        assertThat(join(records.ptr(ADDRESS.plus(1)))).isEqualTo(Fresh.noRecord(Duration.ofMinutes(2)));
    }

    @Test
    void shouldKeepTheFirstSixteenNamesWhenAddressHasThousands() {
        // Given
        TestDnsServer server = open(TestDnsServer.of(IntStream.range(0, 2_000)
                .mapToObj(i -> REVERSE + "PTR h%04d.example.net.".formatted(i))
                .toArray(String[]::new)));

        // When
        Fresh<List<PtrName>> answer = join(records(server).ptr(ADDRESS));

        // Then
        assertThat(answer.answer().found().orElseThrow())
                .extracting(PtrName::name)
                .containsExactlyElementsOf(IntStream.range(0, 16)
                        .mapToObj("h%04d.example.net"::formatted)
                        .toList());
        assertThat(server.questions()).hasSize(2 + 16);
    }

    @Test
    void shouldConfirmWhenTheNameHasAnAddressOnEachHostOfABlock() {
        // Given
        Stream<String> others = IntStream.range(0, 200).mapToObj(i -> "mail.example.net. A 192.0.1." + i);
        DnsRecords records = records(
                Stream.concat(Stream.of(REVERSE + "900 PTR mail.example.net.", "mail.example.net. A 192.0.2.4"), others)
                        .toArray(String[]::new));

        // When
        Fresh<List<PtrName>> answer = join(records.ptr(ADDRESS));

        // Then
        assertThat(answer.answer().found().orElseThrow())
                .containsExactly(new PtrName("mail.example.net", Confirmation.CONFIRMED));
    }

    @Test
    void shouldFailWhenTheReverseZoneCannotBeAsked() {
        // Given
        DnsRecords records = records(open(TestDnsServer.failing(Rcode.SERVFAIL)));

        // When
        Fresh<List<PtrName>> answer = join(records.ptr(ADDRESS));

        // Then
        assertThat(answer).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldSortBothFamiliesWhenNameHasThem() {
        // Given
        DnsRecords records =
                records("a.example. 50 AAAA 2001:db8::1", "a.example. 60 A 192.0.2.5", "a.example. 60 A 192.0.2.4");

        // When
        Fresh<List<IpAddress>> answer = join(records.addresses("a.example"));

        // Then
        assertThat(answer)
                .isEqualTo(Fresh.found(
                        List.of(ADDRESS, ADDRESS.plus(1), IpAddress.parse("2001:db8::1")), Duration.ofSeconds(50)));
        assertThat(join(records.addresses("absent.example"))).isEqualTo(Fresh.noRecord(Duration.ofMinutes(2)));
        assertThat(join(records.addresses("no..name"))).isEqualTo(Fresh.noRecord(Duration.ZERO));
    }

    @Test
    void shouldKnowPartWhenOnlyOneFamilyCanBeAsked() {
        // Given
        List<Record> zone = TestDnsServer.parse("a.example. A 192.0.2.4");
        DnsRecords records = records(open(TestDnsServer.behaving(query -> Optional.of(
                query.getQuestion().getType() == Type.AAAA
                        ? TestDnsServer.reply(query, Rcode.SERVFAIL)
                        : TestDnsServer.authoritative(query, zone)))));

        // When
        Fresh<List<IpAddress>> answer = join(records.addresses("a.example"));

        // Then
        assertThat(answer).isEqualTo(Fresh.partlyFound(List.of(ADDRESS)));
        assertThat(join(records.addresses("absent.example"))).isEqualTo(Fresh.failed(Failure.SERVER_FAILURE));
    }

    @Test
    void shouldListHostsButNotANullMxWhenDomainHasThem() {
        // Given
        DnsRecords records = records(
                "a.example. 60 MX 20 mx2.a.example.",
                "a.example. 60 MX 30 MX1.a.example.",
                "a.example. 60 NS Ns.a.example.",
                "null.example. 60 MX 0 .");

        // When
        Fresh<List<String>> exchangers = join(records.mailExchangers("a.example"));

        // Then
        assertThat(exchangers).isEqualTo(Fresh.found(List.of("mx1.a.example", "mx2.a.example"), Duration.ofMinutes(1)));
        assertThat(join(records.mailExchangers("null.example"))).isEqualTo(Fresh.noRecord(Duration.ofMinutes(1)));
        assertThat(join(records.nameServers("a.example")))
                .isEqualTo(Fresh.found(List.of("ns.a.example"), Duration.ofMinutes(1)));
    }

    @Test
    void shouldJoinTheStringsOfATextWhenItHasSeveral() {
        // Given
        DnsRecords records = records("a.example. 60 TXT \"v=spf1 \" \"-all; \\195\\164\"", "a.example. 60 TXT other");

        // When
        Fresh<List<String>> answer = join(records.texts("a.example"));

        // Then
        assertThat(answer).isEqualTo(Fresh.found(List.of("other", "v=spf1 -all; ä"), Duration.ofMinutes(1)));
    }

    private DnsRecords records(String... zone) {
        return records(open(TestDnsServer.of(zone)));
    }

    private DnsRecords records(TestDnsServer... servers) {
        return new DnsRecords(open(new DnsClient(
                Stream.of(servers).map(TestDnsServer::address).toList(),
                new DnsClient.Limits(
                        Duration.ofSeconds(10), 3, 64, Duration.ofMinutes(1), 256, Rate.UNBOUNDED, Rate.UNBOUNDED))));
    }

    private <T extends AutoCloseable> T open(T each) {
        opened.add(each);
        return each;
    }

    private static <A> Fresh<A> join(CompletionStage<Fresh<A>> stage) {
        return stage.toCompletableFuture().join();
    }
}
