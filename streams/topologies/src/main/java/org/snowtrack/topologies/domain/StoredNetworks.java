package org.snowtrack.topologies.domain;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.snowtrack.topologies.state.RowKey;

/**
 * On which origin networks each domain was seen, and since which day, up to as many as make it a wide one. Belongs to one
 * task.
 */
final class StoredNetworks {

    /** More than an owner's own network, his hoster's, his mail service's, and one of these that he has left. */
    static final int WIDE = 5;

    private static final byte[] PRESENT = new byte[0];

    private final KeyValueStore<Bytes, byte[]> rows;

    /**
     * @param rows by {@link RowKey#domainNetworkDay}
     */
    StoredNetworks(KeyValueStore<Bytes, byte[]> rows) {
        this.rows = rows;
    }

    /** Keeps a network, unless it is known or there are enough. */
    void see(String domain, long asn, LocalDate day) {
        List<Bytes> known = of(domain);
        if (known.size() < WIDE && known.stream().noneMatch(row -> RowKey.networkBeforeDay(row) == asn)) {
            rows.put(RowKey.domainNetworkDay(domain, asn, (int) day.toEpochDay()), PRESENT);
        }
    }

    /** The day on which the last of enough networks was seen; empty while there are fewer. */
    Optional<LocalDate> wideSince(String domain) {
        List<Bytes> known = of(domain);
        return known.size() < WIDE
                ? Optional.empty()
                : known.stream()
                        .map(row -> LocalDate.ofEpochDay(RowKey.dayAtEnd(row)))
                        .max(LocalDate::compareTo);
    }

    void forget(String domain) {
        of(domain).forEach(rows::delete);
    }

    private List<Bytes> of(String domain) {
        List<Bytes> networks = new ArrayList<>();
        Bytes prefix = RowKey.domain(domain);
        try (KeyValueIterator<Bytes, byte[]> found = rows.range(prefix, RowKey.endOf(prefix))) {
            found.forEachRemaining(row -> networks.add(row.key));
        }
        return networks;
    }
}
