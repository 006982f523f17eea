package org.snowtrack.lookups.recorded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.Lookups;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.networks.NetworkTable;
import org.snowtrack.schemas.ip.IpAddress;

/** All answers from the files of a case directory. */
public final class RecordedCase {

    private RecordedCase() {}

    /**
     * Reads {@code dns.zone}, {@code dns-history.tsv}, {@code rdap} and {@code networks.tsv}, as far as they
     * exist. What a missing file would have told is unknown ({@link Answer.Failure#REFUSED}), not absent.
     *
     * @param publishedNames PTR names as a published table gives them; they answer where the DNS files do not mention
     *     the address, confirmed or refuted only by addresses that those files give the name
     * @param problems told of everything that cannot be read, once, before this returns; the rest still answers
     * @return lookups whose answers are complete when asked and safe for any thread
     */
    public static Lookups open(Path caseDirectory, Map<IpAddress, String> publishedNames, Consumer<Problem> problems) {
        RecordedDns dns = RecordedDns.read(caseDirectory, publishedNames, problems);
        Path networks = caseDirectory.resolve("networks.tsv");
        Lookup<IpAddress, Network> network = Files.exists(networks)
                ? NetworkTable.read(networks, problems)
                : (address, at) -> CompletableFuture.completedStage(new Answer.Failed<>(Answer.Failure.REFUSED));
        RecordedRegistrations registrations = RecordedRegistrations.read(caseDirectory, problems);
        return new Lookups(
                dns::ptr, network, dns::addresses, dns::mailExchangers, registrations::domain, registrations::network);
    }
}
