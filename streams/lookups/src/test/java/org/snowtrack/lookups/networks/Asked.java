package org.snowtrack.lookups.networks;

import java.time.Instant;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.schemas.ip.IpAddress;

/** Answers of lookups that have them at once. */
final class Asked {

    private Asked() {}

    static Answer<Network> ask(Lookup<IpAddress, Network> lookup, String address) {
        return ask(lookup, IpAddress.parse(address));
    }

    static Answer<Network> ask(Lookup<IpAddress, Network> lookup, IpAddress address) {
        return lookup.ask(address, Instant.EPOCH).toCompletableFuture().join();
    }
}
