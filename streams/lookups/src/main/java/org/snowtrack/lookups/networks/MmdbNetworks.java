package org.snowtrack.lookups.networks;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.MaxMindDbCreator;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.recorded.Problem;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Reads the networks of a MaxMind DB file, format version 2.0. They are taken out of it once, at load, because the
 * table answers many times as fast as a walk down the file's tree and a decoded record, and because a file that is
 * replaced or broken later then changes nothing.
 *
 * <p>Fields are those of GeoLite2 ASN, GeoIP2 ISP and DB-IP's ASN Lite ({@code autonomous_system_number},
 * {@code autonomous_system_organization}), and of IPinfo's files ({@code asn} such as {@code AS16276}, {@code as_name} or
 * {@code name}, {@code country_code} or {@code country}). IPv4 networks are those at {@code ::/96}; what a file repeats
 * elsewhere ({@code ::ffff:0:0/96}, 6to4's {@code 2002::/16}) is left out.
 *
 * <p>A file may be hostile: a record that points in circles is one that cannot be read, a tree that reuses its nodes to look
 * endless is not read at all ({@link MmdbTree}), and one that is as large as it looks is read to {@link #NETWORKS}.
 */
final class MmdbNetworks {

    /** About eight times the prefixes of the whole Internet. */
    static final int NETWORKS = 1 << 23;

    private static final int BROKEN_RECORDS = 1000;
    private static final int MAPPED_BITS = 96;

    private final Path file;
    private final Consumer<Problem> problems;
    private final int limit;
    private final NetworkRanges ranges = new NetworkRanges();
    private int read;
    private int broken;
    private String firstFault = "";

    /** @param limit of the networks in the file */
    MmdbNetworks(Path file, Consumer<Problem> problems, int limit) {
        this.file = file;
        this.problems = problems;
        this.limit = limit;
    }

    NetworkTable read(InputStream bytes) {
        String type;
        try (Reader reader = checked(bytes.readAllBytes())) {
            type = reader.getMetadata().databaseType();
            Networks<AutonomousSystem> networks = reader.networks(AutonomousSystem.class);
            while (networks.hasNext()) {
                if (++read > limit || broken > BROKEN_RECORDS) {
                    throw new IOException(
                            broken > BROKEN_RECORDS ? firstFault : "its tree has more than " + limit + " networks");
                }
                add(networks);
            }
        } catch (IOException | InvalidNetworkException | RuntimeException | StackOverflowError e) {
            return fault(
                    ranges,
                    Failure.REFUSED,
                    "the file is no MMDB file that can be read to its end; get it anew: " + sentence(e));
        }
        if (!ranges.hasNetworks()) {
            return fault(
                    new NetworkRanges(),
                    Failure.REFUSED,
                    "the file is of type '" + type
                            + "' and knows no autonomous systems; give one such as GeoLite2-ASN, "
                            + "DB-IP's ASN Lite or IPinfo Lite");
        }
        if (broken > 0) {
            return fault(
                    ranges,
                    Failure.MALFORMED,
                    broken + " of its " + read + " records cannot be read; get it anew: " + firstFault);
        }
        return ranges.whole();
    }

    private static Reader checked(byte[] file) throws IOException {
        Reader reader = new Reader(new ByteArrayInputStream(file), new CHMCache());
        MmdbTree.check(file, reader.getMetadata());
        return reader;
    }

    private NetworkTable fault(NetworkRanges known, Failure failure, String sentence) {
        problems.accept(new Problem(file.toString(), 0, sentence));
        return known.broken(failure);
    }

    private void add(Networks<AutonomousSystem> networks) {
        try {
            DatabaseRecord<AutonomousSystem> next = networks.next();
            Network network = next.data().network();
            add(next.network(), network == null ? NetworkRanges.NOT_ROUTED : ranges.number(network));
        } catch (RuntimeException | StackOverflowError e) {
            if (broken++ == 0) {
                firstFault = sentence(e);
            }
        }
    }

    private void add(com.maxmind.db.Network network, int number) {
        IpAddress address = IpAddress.of(network.ipAddress());
        int length = network.prefixLength();
        if (!(network.ipAddress() instanceof Inet4Address)) {
            addIpv6(address, length, number);
        } else if (length < 0) {
            // The reader's way to say that the prefix is a part of IPv6 that holds all of IPv4.
            ranges.add(NetworkRanges.IPV4, number);
            addIpv6(NetworkRanges.IPV6.first(), length + MAPPED_BITS, number);
        } else {
            ranges.add(IpRange.prefix(address, length % MAPPED_BITS), number);
        }
    }

    private void addIpv6(IpAddress address, int length, int number) {
        IpAddress last = address.ceiling(length);
        // A prefix may end where IPv4-mapped addresses do, which are IPv4's here.
        ranges.add(
                new IpRange(address, last.isIpv4() ? NetworkRanges.IPV4.first().plus(-1) : last), number);
    }

    private static String sentence(Throwable fault) {
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        if (cause instanceof BufferUnderflowException) {
            return "it ends too early";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** A record, as far as it matters; a field that the file does not have is null. */
    public record AutonomousSystem(
            @MaxMindDbParameter(name = "autonomous_system_number") @Nullable
            Long number,

            @MaxMindDbParameter(name = "autonomous_system_organization") @Nullable
            String organization,

            @MaxMindDbParameter(name = "asn") @Nullable String asn,
            @MaxMindDbParameter(name = "as_name") @Nullable String asName,
            @MaxMindDbParameter(name = "name") @Nullable String name,

            @MaxMindDbParameter(name = "country_code") @Nullable
            Country countryCode,

            @MaxMindDbParameter(name = "country") @Nullable Country country) {

        /** Null where nobody announces the prefix. */
        private @Nullable Network network() {
            long known = number != null
                    ? NetworkFields.asn(number)
                    : asn == null || asn.isEmpty() ? 0 : NetworkFields.asn(asn);
            if (known == 0) {
                return null;
            }
            String holder = organization != null ? organization : asName != null ? asName : name;
            Country place = countryCode != null ? countryCode : country;
            String code = place == null ? null : place.code;
            return new Network(known, holder == null ? "" : holder, code == null ? "" : NetworkFields.country(code));
        }
    }

    /** A country as text, which IPinfo writes, or as a map with its code, which MaxMind writes. */
    public record Country(
            @MaxMindDbParameter(name = "iso_code") @Nullable String code) {

        @MaxMindDbCreator
        public static Country of(String code) {
            return new Country(code);
        }
    }
}
