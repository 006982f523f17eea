package org.snowtrack.lookups.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.dns.DnsClient;
import org.snowtrack.lookups.dns.DnsRecords;
import org.snowtrack.lookups.dns.TestDnsServer;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.schemas.Confirmation;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** What an outage of the DNS leaves of an address's names. */
class StaleNamesTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.4");
    private static final Answer<List<PtrName>> CONFIRMED =
            new Answer.Found<>(List.of(new PtrName("mx.example.net", Confirmation.CONFIRMED)));

    @Test
    void shouldKeepTheConfirmationForADayWhenFirstTheNamesAndThenAllZonesFail() {
        // Given
        List<Record> zone = TestDnsServer.parse(
                "4.2.0.192.in-addr.arpa. 600 PTR mx.example.net.", "mx.example.net. 600 A 192.0.2.4");
        AtomicInteger failing = new AtomicInteger();
        AtomicLong nanos = new AtomicLong();
        try (TestDnsServer server = TestDnsServer.behaving(query -> Optional.of(
                        failing.get() == Type.ANY
                                        || failing.get() == query.getQuestion().getType()
                                ? TestDnsServer.reply(query, Rcode.SERVFAIL)
                                : TestDnsServer.authoritative(query, zone)));
                DnsClient client = new DnsClient(List.of(server.address()), DnsClient.Limits.DEFAULT)) {
            CachedLookup<IpAddress, List<PtrName>> lookup =
                    new CachedLookup<>(new DnsRecords(client)::ptr, Limits.DNS, nanos::get);
            Answer<List<PtrName>> first = ask(lookup);
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            failing.set(Type.A);

            // When
            Answer<List<PtrName>> withoutTheName = ask(lookup);
            nanos.addAndGet(Duration.ofHours(23).toNanos());
            failing.set(Type.ANY);
            Answer<List<PtrName>> withoutAnything = ask(lookup);
            nanos.addAndGet(Duration.ofHours(1).toNanos());

            // Then
            assertThat(List.of(first, withoutTheName, withoutAnything)).containsOnly(CONFIRMED);
            assertThat(ask(lookup)).isInstanceOf(Answer.Failed.class);
        }
    }

    private static Answer<List<PtrName>> ask(CachedLookup<IpAddress, List<PtrName>> lookup) {
        return lookup.ask(ADDRESS, Instant.EPOCH).toCompletableFuture().join();
    }
}
