package org.snowtrack.topologies.state;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Keys of the rows of a block partition. Stores order keys as unsigned bytes, so every part is written in the order
 * that scans need: an address as its sixteen bytes, a day as four, text as UTF-8 with a closing zero byte (no text here
 * contains one), which keeps "isp-1" apart from the prefix of "isp-10".
 */
public final class RowKey {

    private static final int LONGEST_PART = 256;

    private RowKey() {}

    public static Bytes address(IpAddress address) {
        return Bytes.wrap(address.toBytes());
    }

    /** Reads the address with which a key begins. */
    public static IpAddress addressOf(Bytes key) {
        return IpAddress.read(ByteBuffer.wrap(key.get()));
    }

    public static Bytes addressDay(IpAddress address, int epochDay) {
        return Bytes.wrap(buffer(IpAddress.BYTES + Integer.BYTES, address)
                .putInt(epochDay)
                .array());
    }

    /** Reads the day of an {@link #addressDay} key. */
    public static int dayBehindAddress(Bytes key) {
        return ByteBuffer.wrap(key.get()).getInt(IpAddress.BYTES);
    }

    public static Bytes addressReporter(IpAddress address, String reporter) {
        byte[] text = terminated(reporter);
        return Bytes.wrap(
                buffer(IpAddress.BYTES + text.length, address).put(text).array());
    }

    /** Reads the reporter of an {@link #addressReporter} key. */
    public static String reporterOf(Bytes key) {
        byte[] bytes = key.get();
        return new String(bytes, IpAddress.BYTES, bytes.length - IpAddress.BYTES - 1, StandardCharsets.UTF_8);
    }

    public static Bytes addressReporterDay(IpAddress address, String reporter, int epochDay) {
        byte[] text = terminated(reporter);
        return Bytes.wrap(buffer(IpAddress.BYTES + text.length + Integer.BYTES, address)
                .put(text)
                .putInt(epochDay)
                .array());
    }

    /** Reads the day with which a key ends. */
    public static int dayAtEnd(Bytes key) {
        return ByteBuffer.wrap(key.get()).getInt(key.get().length - Integer.BYTES);
    }

    /** Reads the reporter of an {@link #addressReporterDay} key. */
    public static String reporterBeforeDay(Bytes key) {
        byte[] bytes = key.get();
        return new String(
                bytes, IpAddress.BYTES, bytes.length - IpAddress.BYTES - 1 - Integer.BYTES, StandardCharsets.UTF_8);
    }

    /** Rows by day, for expiry. */
    public static Bytes dayAddressReporter(int epochDay, IpAddress address, String reporter) {
        byte[] text = terminated(reporter);
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES + IpAddress.BYTES + text.length)
                .putInt(epochDay)
                .put(address.toBytes())
                .put(text)
                .array());
    }

    /** The first key of a day in {@link #dayAddressReporter} order. */
    public static Bytes startOfDay(int epochDay) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(epochDay).array());
    }

    /** Reads the day of a {@link #dayAddressReporter} key. */
    public static int dayAtStart(Bytes key) {
        return ByteBuffer.wrap(key.get()).getInt();
    }

    /** Reads the {@link #addressReporter} part of a {@link #dayAddressReporter} key. */
    public static Bytes withoutDay(Bytes key) {
        byte[] bytes = key.get();
        byte[] rest = new byte[bytes.length - Integer.BYTES];
        System.arraycopy(bytes, Integer.BYTES, rest, 0, rest.length);
        return Bytes.wrap(rest);
    }

    /** A text alone. */
    public static Bytes text(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A domain, closed by a zero byte; the prefix of {@link #domainBlock} and {@link #domainDay} keys. */
    public static Bytes domain(String domain) {
        return Bytes.wrap(terminated(domain));
    }

    public static Bytes domainBlock(String domain, String block) {
        return Bytes.wrap((domain + '\0' + block).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the block of a {@link #domainBlock} key. */
    public static String blockOf(Bytes key) {
        String text = new String(key.get(), StandardCharsets.UTF_8);
        return text.substring(text.indexOf('\0') + 1);
    }

    public static Bytes domainDay(String domain, int epochDay) {
        byte[] text = terminated(domain);
        return Bytes.wrap(ByteBuffer.allocate(text.length + Integer.BYTES)
                .put(text)
                .putInt(epochDay)
                .array());
    }

    /** An origin network on which a domain was seen, and the day on which it was first; {@link #dayAtEnd} reads the day. */
    public static Bytes domainNetworkDay(String domain, long asn, int epochDay) {
        byte[] text = terminated(domain);
        return Bytes.wrap(ByteBuffer.allocate(text.length + Long.BYTES + Integer.BYTES)
                .put(text)
                .putLong(asn)
                .putInt(epochDay)
                .array());
    }

    /** Reads the network of a {@link #domainNetworkDay} key. */
    public static long networkBeforeDay(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong(key.get().length - Integer.BYTES - Long.BYTES);
    }

    /** Reads the domain with which a key begins. */
    public static String domainOf(Bytes key) {
        return textAtStart(key);
    }

    private static String textAtStart(Bytes key) {
        byte[] bytes = key.get();
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** A domain within a block, both as text. */
    public static Bytes blockDomain(String block, String domain) {
        return Bytes.wrap((block + '\0' + domain + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** An origin network within a {@link #blockDomain}. */
    public static Bytes blockDomainNetwork(Bytes blockDomain, long asn) {
        byte[] prefix = blockDomain.get();
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(asn)
                .array());
    }

    /** An address that a domain names; the block is the address's own. */
    public static Bytes blockDomainAddress(String block, String domain, IpAddress address) {
        byte[] prefix = blockDomain(block, domain).get();
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + IpAddress.BYTES)
                .put(prefix)
                .put(address.toBytes())
                .array());
    }

    /** Reads the block with which a {@link #blockDomain} key begins. */
    public static String blockAtStart(Bytes key) {
        return textAtStart(key);
    }

    /** Reads the address of a {@link #blockDomainAddress} key. */
    public static IpAddress addressAtEnd(Bytes key) {
        byte[] bytes = key.get();
        return IpAddress.read(ByteBuffer.wrap(bytes, bytes.length - IpAddress.BYTES, IpAddress.BYTES));
    }

    /** A session that a topic's log lines tell of. */
    public static Bytes logSession(String topic, String reporter, String host, String id) {
        return Bytes.wrap(
                (topic + '\0' + reporter + '\0' + bounded(host) + '\0' + bounded(id)).getBytes(StandardCharsets.UTF_8));
    }

    /** Sessions of a topic by the offset at which they were heard of. */
    public static Bytes logSessionAge(String topic, long offset, Bytes session) {
        byte[] prefix = startOfLogSessionAges(topic, offset).get();
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + session.get().length)
                .put(prefix)
                .put(session.get())
                .array());
    }

    /** The least key of a session heard of at an offset or later, in {@link #logSessionAge} order. */
    public static Bytes startOfLogSessionAges(String topic, long offset) {
        byte[] text = terminated(topic);
        return Bytes.wrap(ByteBuffer.allocate(text.length + Long.BYTES)
                .put(text)
                .putLong(offset)
                .array());
    }

    /** Reads the session of a {@link #logSessionAge} key of a topic. */
    public static Bytes sessionOfAge(String topic, Bytes age) {
        byte[] bytes = age.get();
        return Bytes.wrap(Arrays.copyOfRange(bytes, terminated(topic).length + Long.BYTES, bytes.length));
    }

    /** Whoever wrote the log chose it; as long as it is sane, people can read it in the key. */
    private static String bounded(String text) {
        return text.length() <= LONGEST_PART && text.indexOf('\0') < 0
                ? text
                : "#" + Hashing.murmur3_128().hashString(text, StandardCharsets.UTF_8);
    }

    public static Bytes range(IpRange range) {
        return Bytes.wrap(buffer(2 * IpAddress.BYTES, range.first())
                .put(range.last().toBytes())
                .array());
    }

    /** Reads the range of a {@link #range} key. */
    public static IpRange rangeOf(Bytes key) {
        ByteBuffer bytes = ByteBuffer.wrap(key.get());
        return new IpRange(IpAddress.read(bytes), IpAddress.read(bytes));
    }

    /** The least key behind every key that begins with this prefix, for scans whose upper end is included. */
    public static Bytes endOf(Bytes prefix) {
        byte[] bytes = new byte[prefix.get().length + IpAddress.BYTES + Integer.BYTES];
        Arrays.fill(bytes, (byte) 0xff);
        System.arraycopy(prefix.get(), 0, bytes, 0, prefix.get().length);
        return Bytes.wrap(bytes);
    }

    private static ByteBuffer buffer(int size, IpAddress address) {
        return ByteBuffer.allocate(size).put(address.toBytes());
    }

    private static byte[] terminated(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
