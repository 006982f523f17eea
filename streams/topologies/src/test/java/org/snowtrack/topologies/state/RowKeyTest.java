package org.snowtrack.topologies.state;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.utils.Bytes;
import org.snowtrack.schemas.ip.IpAddress;

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

        boolean within = key.compareTo(prefix) >= 0 && key.compareTo(RowKey.endOf(prefix)) <= 0;

        assertThat(within)
                .isEqualTo(
                        one.address().equals(other.address()) && one.reporter().equals(other.reporter()));
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
}
