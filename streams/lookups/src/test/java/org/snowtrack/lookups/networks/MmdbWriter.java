package org.snowtrack.lookups.networks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.schemas.ip.IpRange;

/**
 * Writes MaxMind DB files, format version 2.0: a tree over IPv6 with IPv4 at ::/96, or over IPv4 alone. Nobody keeps a
 * writer in Java. Prefixes may nest if the longer one is added later. Equal records, and equal texts of 8 bytes and more,
 * are written once and pointed to, as the published files do.
 */
final class MmdbWriter {

    static final byte[] MARKER = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

    private static final int EMPTY = -1;
    private static final int SEPARATOR = 16;
    private static final int SHORTEST_POINTED = 8;
    private static final int MAPPED_BITS = 96;

    private final String type;
    private final int ipVersion;
    private final int recordBits;

    /** Two records a node: another node's number, EMPTY, or -2 minus the record's place in the data. */
    private int[] records = {EMPTY, EMPTY};

    private int nodes = 1;
    private final Buffer data = new Buffer();
    private final Map<Map<String, Object>, Integer> places = new HashMap<>();
    private final Map<String, Object> metadata = new TreeMap<>();

    MmdbWriter(String type, int ipVersion, int recordBits) {
        this.type = type;
        this.ipVersion = ipVersion;
        this.recordBits = recordBits;
    }

    MmdbWriter add(String prefix, Map<String, Object> record) {
        int length = Integer.parseInt(prefix.substring(prefix.indexOf('/') + 1));
        return add(IpRange.parse(prefix).first(), length, record);
    }

    MmdbWriter add(IpAddress address, int length, Map<String, Object> record) {
        int place = places.computeIfAbsent(record, unseen -> {
            int start = data.size();
            data.write(unseen);
            return start;
        });
        return put(address, length, -2 - place);
    }

    /** A record that is written as these bytes. */
    MmdbWriter addRaw(String prefix, int... bytes) {
        int start = data.size();
        for (int b : bytes) {
            data.write(b);
        }
        return put(
                IpRange.parse(prefix).first(), Integer.parseInt(prefix.substring(prefix.indexOf('/') + 1)), -2 - start);
    }

    /** What MaxMind does: IPv4 once more at ::ffff:0:0/96 and 2002::/16. Call it last. */
    MmdbWriter alias() {
        int ipv4 = 0;
        for (int i = 0; i < MAPPED_BITS; i++) {
            ipv4 = records[2 * ipv4];
        }
        put(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, MAPPED_BITS, ipv4);
        return put(IpAddress.parse("2002::").toBytes(), 16, ipv4);
    }

    /** Says something else in the metadata; null leaves the key out. */
    MmdbWriter metadata(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    private MmdbWriter put(IpAddress address, int length, int record) {
        byte[] bytes = address.toBytes();
        if (address.isIpv4()) {
            Arrays.fill(bytes, 10, 12, (byte) 0);
            return ipVersion == 4
                    ? put(Arrays.copyOfRange(bytes, 12, 16), length, record)
                    : put(bytes, length + MAPPED_BITS, record);
        }
        return put(bytes, length, record);
    }

    private MmdbWriter put(byte[] bytes, int length, int record) {
        int node = 0;
        for (int bit = 0; ; bit++) {
            int place = 2 * node + (bytes[bit / 8] >> (7 - bit % 8) & 1);
            if (bit == length - 1) {
                records[place] = record;
                return this;
            }
            if (records[place] < 0) {
                if (2 * nodes == records.length) {
                    records = Arrays.copyOf(records, 2 * records.length);
                }
                records[2 * nodes] = records[place];
                records[2 * nodes + 1] = records[place];
                records[place] = nodes++;
            }
            node = records[place];
        }
    }

    byte[] toBytes() {
        Buffer file = new Buffer();
        for (int node = 0; node < nodes; node++) {
            long left = value(records[2 * node]);
            long right = value(records[2 * node + 1]);
            if (recordBits == 28) {
                file.number(left & 0xff_ffff, 3);
                file.number(left >> 24 << 4 | right >> 24, 1);
                file.number(right & 0xff_ffff, 3);
            } else {
                file.number(left, recordBits / 8);
                file.number(right, recordBits / 8);
            }
        }
        file.writeBytes(new byte[SEPARATOR]);
        file.writeBytes(data.toByteArray());
        file.writeBytes(MARKER);
        Map<String, Object> all = new TreeMap<>(Map.of(
                "binary_format_major_version",
                2L,
                "binary_format_minor_version",
                0L,
                "build_epoch",
                1_700_000_000L,
                "database_type",
                type,
                "description",
                Map.of("en", "for tests"),
                "ip_version",
                (long) ipVersion,
                "languages",
                List.of("en"),
                "node_count",
                (long) nodes,
                "record_size",
                (long) recordBits));
        all.putAll(metadata);
        Buffer said = new Buffer();
        said.write(all);
        file.writeBytes(said.toByteArray());
        return file.toByteArray();
    }

    private long value(int record) {
        return record >= 0 ? record : record == EMPTY ? nodes : (long) nodes + SEPARATOR - 2 - record;
    }

    private static final class Buffer extends ByteArrayOutputStream {

        private final Map<String, Integer> texts = new HashMap<>();

        private void write(Object value) {
            if (value instanceof Map<?, ?> map) {
                control(7, map.size());
                new TreeMap<>(map).forEach((key, inner) -> {
                    write(key);
                    write(inner);
                });
            } else if (value instanceof List<?> list) {
                control(11, list.size());
                list.forEach(this::write);
            } else if (value instanceof Long number) {
                int length = (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8;
                control(length > 4 ? 9 : 6, length);
                number(number, length);
            } else {
                text(String.valueOf(value));
            }
        }

        private void text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            Integer earlier = texts.get(text);
            if (earlier != null) {
                write(0b001_11_000);
                number(earlier, 4);
                return;
            }
            if (utf8.length >= SHORTEST_POINTED) {
                texts.put(text, size());
            }
            control(2, utf8.length);
            writeBytes(utf8);
        }

        private void control(int type, int size) {
            int start = type > 7 ? 0 : type << 5;
            write(size < 29 ? start | size : start | 29);
            if (type > 7) {
                write(type - 7);
            }
            if (size >= 29) {
                write(size - 29);
            }
        }

        private void number(long number, int bytes) {
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                write((int) (number >> shift));
            }
        }
    }
}
