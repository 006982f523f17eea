package org.snowtrack.topologies.state;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.utils.Bytes;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class RowKeyTest {

    record Row(IpAddress address, String reporter, int day) {}

    @Property
    void shouldOrderKeysAsTheirPartsAreOrdered(@ForAll("rows") Row one, @ForAll("rows") Row other) {
        int byAddress = one.address().compareTo(other.address());
        int byReporter = one.reporter().compareTo(other.reporter());
        int byDay = Integer.compare(one.day(), other.day());

        int order = key(one).compareTo(key(other));

        assertThat(Integer.signum(order))
                .isEqualTo(Integer.signum(byAddress != 0 ? byAddress : byReporter != 0 ? byReporter : byDay));
    }

    @Property
    void shouldReadBackWhatItWrote(@ForAll("rows") Row row) {
        Bytes byDay = RowKey.dayAddressReporter(row.day(), row.address(), row.reporter());

        assertThat(RowKey.addressOf(key(row))).isEqualTo(row.address());
        assertThat(RowKey.reporterBeforeDay(key(row))).isEqualTo(row.reporter());
        assertThat(RowKey.dayAtEnd(key(row))).isEqualTo(row.day());
        assertThat(RowKey.dayAtStart(byDay)).isEqualTo(row.day());
        assertThat(RowKey.withoutDay(byDay)).isEqualTo(RowKey.addressReporter(row.address(), row.reporter()));
    }

    @Property
    void shouldFindAllRowsOfAPrefixAndNoOthers(@ForAll("rows") Row one, @ForAll("rows") Row other) {
        Bytes prefix = RowKey.addressReporter(one.address(), one.reporter());
        Bytes key = key(other);

        assertThat(isWithin(key, prefix))
                .isEqualTo(
                        one.address().equals(other.address()) && one.reporter().equals(other.reporter()));
    }

    @Property
    void shouldOrderAddressesOfBothFamiliesAsTheyAreOrdered(
            @ForAll("addresses") IpAddress one, @ForAll("addresses") IpAddress other) {
        assertThat(Integer.signum(RowKey.address(one).compareTo(RowKey.address(other))))
                .isEqualTo(Integer.signum(one.compareTo(other)));
        assertThat(RowKey.addressOf(RowKey.addressDay(one, 20_000))).isEqualTo(one);
        assertThat(RowKey.dayBehindAddress(RowKey.addressDay(one, 20_000))).isEqualTo(20_000);
    }

    @Property
    void shouldReadBackTheRangeItWrote(
            @ForAll("addresses") IpAddress address, @ForAll @IntRange(min = 0, max = 32) int host) {
        // Given
        IpRange range = IpRange.prefix(address, address.bits() - host);

        // When
        Bytes key = RowKey.range(range);

        // Then
        assertThat(RowKey.rangeOf(key)).isEqualTo(range);
        assertThat(key)
                .isGreaterThanOrEqualTo(RowKey.address(range.first()))
                .isLessThanOrEqualTo(RowKey.endOf(RowKey.address(range.first())));
    }

    @Property
    void shouldReadBackTheDomainsAndBlocksItWrote(
            @ForAll("domains") String domain, @ForAll("domains") String other, @ForAll("addresses") IpAddress address) {
        // Given
        String block = Block.of(address).toString();

        // When
        Bytes waiting = RowKey.domainBlock(domain, block);
        Bytes question = RowKey.domainDay(domain, 20_000);
        Bytes named = RowKey.blockDomainAddress(block, domain, address);

        // Then
        assertThat(RowKey.domainOf(waiting)).isEqualTo(domain);
        assertThat(RowKey.blockOf(waiting)).isEqualTo(block);
        assertThat(RowKey.domainOf(question)).isEqualTo(domain);
        assertThat(RowKey.dayAtEnd(question)).isEqualTo(20_000);
        assertThat(RowKey.blockAtStart(named)).isEqualTo(block);
        assertThat(RowKey.addressAtEnd(named)).isEqualTo(address);
        assertThat(isWithin(waiting, RowKey.domain(other))).isEqualTo(domain.equals(other));
        assertThat(isWithin(question, RowKey.domain(other))).isEqualTo(domain.equals(other));
        assertThat(isWithin(named, RowKey.blockDomain(block, other))).isEqualTo(domain.equals(other));
    }

    /** Whether a scan of this prefix meets the key. */
    private static boolean isWithin(Bytes key, Bytes prefix) {
        return key.compareTo(prefix) >= 0 && key.compareTo(RowKey.endOf(prefix)) <= 0;
    }

    private static Bytes key(Row row) {
        return RowKey.addressReporterDay(row.address(), row.reporter(), row.day());
    }

    /** Close to each other, so that parts are often equal. Names one of which begins with the other. */
    @Provide
    Arbitrary<Row> rows() {
        return Combinators.combine(
                        Arbitraries.of("192.0.2.1", "192.0.2.2", "255.255.255.255", "2001:db8::", "2001:db8::1")
                                .map(IpAddress::parse),
                        Arbitraries.of("isp", "isp-1", "isp-10", "isp-2", "ö"),
                        Arbitraries.integers().between(20_000, 20_003))
                .as(Row::new);
    }

    @Provide
    Arbitrary<IpAddress> addresses() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 0xffff_ffffL).map(IpAddress::ipv4),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(IpAddress::new));
    }

    @Provide
    Arbitrary<String> domains() {
        return Arbitraries.of("a.example", "a.example.com", "b.example", "xn--bcher-kva.example", "grnture.com");
    }
}
