package org.snowtrack.topologies.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.common.utils.Utils;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.activity.ActivityRows.Entry;
import org.snowtrack.topologies.state.AddressStanding;
import org.snowtrack.topologies.state.BlockStores;
import org.snowtrack.topologies.state.CountedFact;
import org.snowtrack.topologies.state.OpenStores;
import org.snowtrack.topologies.state.ReporterDay;
import org.snowtrack.topologies.state.ReporterStanding;

class StoredActivityRowsTest {

    private static final List<String> ADDRESSES = List.of("192.0.2.0", "192.0.2.1", "2001:db8::", "2001:db8::1");
    private static final List<String> REPORTERS = List.of("isp", "isp-1", "isp-10", "ö");
    private static final int FIRST_DAY = 20_000;
    private static final int DAYS = 4;

    private enum Act {
        WRITE_DAY,
        DELETE_DAY,
        PUT_REPORTER,
        DELETE_REPORTER,
        PUT_ADDRESS,
        DELETE_ADDRESS,
        DELETE_DAYS_BEFORE
    }

    /** Something done to the rows. */
    record Step(Act act, Entry entry, int number) {

        void on(ActivityRows rows) {
            switch (act) {
                case WRITE_DAY -> {
                    ReporterDay row = new ReporterDay(
                            List.of(new CountedFact((long) number, (long) number, number)), List.of(), null);
                    if (rows.day(entry) == null) {
                        rows.addDay(entry, row);
                    } else {
                        rows.replaceDay(entry, row);
                    }
                }
                case DELETE_DAY -> rows.deleteDay(entry);
                case PUT_REPORTER ->
                    rows.putReporter(
                            entry.address(),
                            entry.reporter(),
                            new ReporterStanding((long) number, 1, 0L, 0L, 0L, null));
                case DELETE_REPORTER -> rows.putReporter(entry.address(), entry.reporter(), null);
                case PUT_ADDRESS ->
                    rows.putAddress(
                            entry.address(), new AddressStanding(1, number, 0L, (long) number, entry.day(), 1L));
                case DELETE_ADDRESS -> rows.putAddress(entry.address(), null);
                case DELETE_DAYS_BEFORE -> rows.before(entry.day()).forEach(rows::deleteDay);
            }
        }
    }

    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static OpenStores stores;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("stored-activity-rows");
        stores = new OpenStores(directory.toFile(), BlockStores.ofActivity());
    }

    @AfterContainer
    static void close() throws IOException {
        stores.close();
        Utils.delete(directory.toFile());
    }

    @Property(tries = 300)
    void shouldShowTheSameRowsAsMemoryWhateverIsDone(@ForAll("steps") List<Step> steps) {
        // Given
        ActivityRows stored = new StoredActivityRows(stores.context(forwarded -> {}));
        ActivityRows memory = new MemoryRows();
        empty(stored);

        // When
        steps.forEach(step -> {
            step.on(stored);
            step.on(memory);
        });

        // Then
        assertThat(everything(stored)).isEqualTo(everything(memory));
    }

    @Property(tries = 100)
    void shouldNameTheRowsBeforeADayByDayThenAddress(@ForAll("steps") List<Step> steps) {
        // Given
        ActivityRows stored = new StoredActivityRows(stores.context(forwarded -> {}));
        empty(stored);
        steps.forEach(step -> step.on(stored));

        // When
        List<Entry> before = listed(stored.before(FIRST_DAY + DAYS - 1));

        // Then
        assertThat(before)
                .isSortedAccordingTo((one, other) -> one.day() != other.day()
                        ? Integer.compare(one.day(), other.day())
                        : one.address().compareTo(other.address()))
                .allSatisfy(entry -> assertThat(stored.day(entry)).isNotNull());
    }

    /** Every answer that the rows can give. Expiry is asked for as a set, because memory lists it by address. */
    private static List<Object> everything(ActivityRows rows) {
        List<Object> all = new ArrayList<>();
        for (String text : ADDRESSES) {
            IpAddress address = IpAddress.parse(text);
            rows.eachDay(address, (entry, row) -> all.add(Map.entry(entry, row)));
            rows.eachReporter(address, (reporter, row) -> all.add(Map.entry(reporter, row)));
            all.add(String.valueOf(rows.address(address)));
            for (String reporter : REPORTERS) {
                rows.eachDay(address, reporter, (entry, row) -> all.add(Map.entry(entry, row)));
                all.add(String.valueOf(rows.reporter(address, reporter)));
            }
        }
        for (int day = FIRST_DAY; day <= FIRST_DAY + DAYS; day++) {
            all.add(List.of(day, Set.copyOf(listed(rows.before(day)))));
        }
        return all;
    }

    private static void empty(ActivityRows rows) {
        listed(rows.before(Integer.MAX_VALUE)).forEach(rows::deleteDay);
        for (String text : ADDRESSES) {
            IpAddress address = IpAddress.parse(text);
            rows.putAddress(address, null);
            REPORTERS.forEach(reporter -> rows.putReporter(address, reporter, null));
        }
    }

    private static List<Entry> listed(Iterable<Entry> entries) {
        List<Entry> listed = new ArrayList<>();
        entries.forEach(listed::add);
        return listed;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Entry> entries = Combinators.combine(
                        Arbitraries.of(ADDRESSES).map(IpAddress::parse),
                        Arbitraries.of(REPORTERS),
                        Arbitraries.integers().between(FIRST_DAY, FIRST_DAY + DAYS - 1))
                .as(Entry::new);
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(8, Act.WRITE_DAY),
                                Tuple.of(2, Act.DELETE_DAY),
                                Tuple.of(4, Act.PUT_REPORTER),
                                Tuple.of(1, Act.DELETE_REPORTER),
                                Tuple.of(4, Act.PUT_ADDRESS),
                                Tuple.of(1, Act.DELETE_ADDRESS),
                                Tuple.of(1, Act.DELETE_DAYS_BEFORE)),
                        entries,
                        Arbitraries.integers().between(0, 1000))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }
}
