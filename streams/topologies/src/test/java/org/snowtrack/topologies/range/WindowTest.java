package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.ip.Block;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

class WindowTest {

    private static final int MAX_UNITS = 8;
    private static final Units UNITS = new Units(64);

    /** Reported addresses around the edge of a block, which lies at 32. */
    record Places(boolean ipv6, Set<Integer> offsets) {

        IpAddress address(int offset) {
            return ipv6
                    ? new IpAddress(0x2001_0db8_0100_0000L + offset - 32, 1)
                    : IpAddress.parse("198.51.0.0").plus(offset - 32L);
        }

        NavigableSet<IpAddress> addresses() {
            return offsets.stream().map(this::address).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Property(tries = 1000)
    void shouldLookAtWholeClustersAndAtAlignedPartsOfLongOnes(
            @ForAll("places") Places places, @ForAll @IntRange(min = 0, max = 2) int gap) {
        // Given
        Window window = window(places.addresses(), gap);
        for (int offset : places.offsets()) {
            // When
            List<IpRange> around = window.around(places.address(offset));

            // Then
            int first = end(places, offset, -1, gap);
            int last = end(places, offset, 1, gap);
            boolean whole = last - first < MAX_UNITS;
            int aligned = offset / MAX_UNITS * MAX_UNITS;
            assertThat(around).hasSize(1);
            assertThat(within(places, around.get(0)))
                    .isEqualTo(within(
                            places,
                            new IpRange(
                                    places.address(whole ? first : Math.max(first, aligned)),
                                    places.address(whole ? last : Math.min(last, aligned + MAX_UNITS - 1)))));
        }
    }

    @Property(tries = 1000)
    void shouldLookAtTheSameWhicheverAddressOfAStretchChanged(
            @ForAll("places") Places places, @ForAll @IntRange(min = 0, max = 2) int gap) {
        // Given
        Window window = window(places.addresses(), gap);
        for (IpAddress changed : places.addresses()) {
            // When
            IpRange stretch = window.around(changed).get(0);

            // Then
            assertThat(within(places, stretch)).contains(changed).allSatisfy(other -> assertThat(window.around(other))
                    .containsExactly(stretch));
            assertThat(Block.of(stretch.first())).isEqualTo(Block.of(stretch.last()));
        }
    }

    @Test
    void shouldLookAtBothNeighboursOfAnAddressThatIsNotReportedAnyMore() {
        // Given
        Window window = window(
                new TreeSet<>(Set.of(
                        IpAddress.parse("192.0.2.8"), IpAddress.parse("192.0.2.9"), IpAddress.parse("192.0.2.13"))),
                1);

        // When
        List<IpRange> around = window.around(IpAddress.parse("192.0.2.11"));

        // Then
        assertThat(around)
                .containsExactlyInAnyOrder(
                        IpRange.parse("192.0.2.11"), IpRange.parse("192.0.2.8-192.0.2.9"), IpRange.parse("192.0.2.13"));
    }

    @Test
    void shouldLookAtNothingElseWhereTheNeighboursAreTooFar() {
        // Given
        Window window = window(
                new TreeSet<>(Set.of(
                        IpAddress.parse("192.0.2.8"),
                        IpAddress.parse("198.51.255.255"),
                        IpAddress.parse("198.52.0.1"))),
                1);

        // When
        List<IpRange> around = window.around(IpAddress.parse("198.52.0.0"));

        // Then
        assertThat(around)
                .as("the address before lies in another block")
                .containsExactlyInAnyOrder(IpRange.parse("198.52.0.0"), IpRange.parse("198.52.0.1"));
        assertThat(window.around(IpAddress.parse("192.0.2.11"))).containsExactly(IpRange.parse("192.0.2.11"));
    }

    /** The last offset that steps of at most the gap reach in a direction, within the block. */
    private static int end(Places places, int from, int direction, int gap) {
        int end = from;
        for (int step = 1; step <= gap + 1; step++) {
            int next = end + direction * step;
            if (places.offsets().contains(next) && (next >= 32) == (end >= 32)) {
                end = next;
                step = 0;
            }
        }
        return end;
    }

    private static Set<IpAddress> within(Places places, IpRange stretch) {
        return places.addresses().subSet(stretch.first(), true, stretch.last(), true);
    }

    private static Window window(NavigableSet<IpAddress> reported, int gap) {
        return new Window(
                UNITS,
                gap,
                MAX_UNITS,
                (within, direction, visitor) ->
                        walk(reported.subSet(within.first(), true, within.last(), true), direction, visitor));
    }

    private static void walk(
            NavigableSet<IpAddress> reported, Window.Places.Direction direction, Predicate<IpAddress> visitor) {
        NavigableSet<IpAddress> ordered =
                direction == Window.Places.Direction.ASCENDING ? reported : reported.descendingSet();
        for (IpAddress address : ordered) {
            if (!visitor.test(address)) {
                return;
            }
        }
    }

    @Provide
    Arbitrary<Places> places() {
        return Arbitraries.of(false, true).flatMap(ipv6 -> Arbitraries.integers()
                .between(0, 63)
                .set()
                .ofMinSize(1)
                .ofMaxSize(48)
                .map(offsets -> new Places(ipv6, offsets)));
    }
}
