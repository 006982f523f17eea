package org.snowtrack.topologies.ptr;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.pending.Deadline;

/** What PTR asks about an address on a day: its names and its network, together. */
final class AddressInquiry {

    /** Both answers. */
    record Findings(Answer<List<PtrName>> names, Answer<Network> network) {

        /** Whether somebody could answer each question, be it with "no". */
        boolean isComplete() {
            return !(names instanceof Answer.Failed) && !(network instanceof Answer.Failed);
        }
    }

    private final Lookup<IpAddress, List<PtrName>> ptr;
    private final Lookup<IpAddress, Network> network;
    private final Deadline deadline;

    AddressInquiry(Lookup<IpAddress, List<PtrName>> ptr, Lookup<IpAddress, Network> network, Deadline deadline) {
        this.ptr = ptr;
        this.network = network;
        this.deadline = deadline;
    }

    /** Asks as of the middle of the day, so that the answer does not depend on which of the day's facts came first. */
    CompletionStage<Findings> ask(IpAddress address, int epochDay) {
        Instant at = LocalDate.ofEpochDay(epochDay).atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
        return deadline.guard(ptr.ask(address, at))
                .thenCombine(deadline.guard(network.ask(address, at)), Findings::new);
    }
}
