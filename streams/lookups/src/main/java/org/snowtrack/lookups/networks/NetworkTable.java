package org.snowtrack.lookups.networks;

import com.google.common.collect.Comparators;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.snowtrack.lookups.Answer;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.Lookup;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Origin networks from a file of ranges: a table in the form of iptoasn.com, or a MaxMind DB. Ranges may overlap: the
 * smallest that holds an address answers for it, of equally small ones the first in the file. A range without a network
 * (number 0, "Not routed") answers that there is none, and so does a gap, unless something in the file could not be read.
 * The table has no history; it answers alike for any time.
 *
 * <p>Overlaps are cut into disjoint stretches once, at load. A stretch takes 8 bytes of IPv4 or 20 of IPv6, each network
 * is held once, and an answer is one binary search. Immutable; safe for any thread.
 */
public final class NetworkTable implements Lookup<IpAddress, Network> {

    private static final int BUFFER = 1 << 16;

    /** How much of a file tells text from binary: a MaxMind DB's tree starts with small numbers in many bytes. */
    private static final int HEAD = 1 << 12;

    private final Ipv4Stretches ipv4;
    private final Stretches ipv6;
    private final List<Answer<Network>> answers;

    /** @param answers what the stretches' numbers stand for */
    NetworkTable(Ipv4Stretches ipv4, Stretches ipv6, List<Answer<Network>> answers) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.answers = List.copyOf(answers);
    }

    /**
     * Reads a file, whatever it is called: gzip (RFC 1952) is unpacked, binary is read as MaxMind DB, format 2.0, with the
     * fields of GeoLite2 ASN, DB-IP's ASN Lite or IPinfo's files. Text is read as lines of
     * {@code first_ip last_ip asn country name}, separated by tabs; the name may be missing, the number may be written
     * {@code AS16276}, and a header line and lines that start with {@code #} are skipped.
     *
     * @param problems told, once each and before this returns, of the first lines that cannot be read and of how many
     *     there are, of a file that cannot be read or is of another kind; the rest is still read
     */
    public static NetworkTable read(Path file, Consumer<Problem> problems) {
        try (InputStream bytes = plain(file)) {
            return isBinary(bytes)
                    ? new MmdbNetworks(file, problems, MmdbNetworks.NETWORKS).read(bytes)
                    : new NetworkLines(file, problems).read(bytes);
        } catch (IOException e) {
            problems.accept(new Problem(file.toString(), 0, "the file cannot be read: " + e));
            return new NetworkRanges().broken(Failure.REFUSED);
        }
    }

    private static InputStream plain(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            bytes.mark(2);
            boolean zipped = bytes.read() == 0x1f && bytes.read() == 0x8b;
            bytes.reset();
            return zipped ? new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER) : bytes;
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private static boolean isBinary(InputStream bytes) throws IOException {
        bytes.mark(HEAD);
        boolean binary = false;
        for (byte head : bytes.readNBytes(HEAD)) {
            binary |= head == 0;
        }
        bytes.reset();
        return binary;
    }

    @Override
    public CompletionStage<Answer<Network>> ask(IpAddress address, Instant at) {
        int number = address.isIpv4() ? ipv4.number(ipv4.indexOf(address)) : ipv6.number(ipv6.indexOf(address));
        return CompletableFuture.completedStage(answers.get(number));
    }

    /**
     * The consecutive addresses around this one that have the same answer: where it is a network, up to its edges, however
     * many prefixes it announces them in. Never leaves the address family.
     */
    public IpRange stretch(IpAddress address) {
        if (address.isIpv4()) {
            int stretch = ipv4.indexOf(address);
            boolean isLast = stretch + 1 == ipv4.size();
            return new IpRange(
                    ipv4.start(stretch),
                    isLast ? NetworkRanges.IPV4.last() : ipv4.start(stretch + 1).plus(-1));
        }
        int stretch = ipv6.indexOf(address);
        IpAddress first = ipv6.start(stretch);
        boolean isLast = stretch + 1 == ipv6.size();
        IpAddress last =
                isLast ? NetworkRanges.IPV6.last() : ipv6.start(stretch + 1).plus(-1);
        // IPv4 has its place among the numbers of IPv6, but no stretch reaches over it.
        return address.compareTo(NetworkRanges.IPV4.first()) < 0
                ? new IpRange(
                        first, Comparators.min(last, NetworkRanges.IPV4.first().plus(-1)))
                : new IpRange(Comparators.max(first, NetworkRanges.IPV4.last().plus(1)), last);
    }
}
