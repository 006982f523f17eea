package org.snowtrack.connectors.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What can become of a line, from what happens to logs on full disks to what an attacker makes of it. */
final class Mutations {

    private static final int LONGEST = 4_000;
    private static final byte[] ODD = "\0 :[]()<>\"\\=|.,1\t{}\u00ff".getBytes(ISO_8859_1);

    /** What an attacker would like to be read. None of the corpus's lines names these addresses. */
    private static final List<byte[]> FORGED = Stream.of(
                    "victim.example[203.0.113.66]: 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
                    "[203.0.113.66]",
                    "] [203.0.113.66]",
                    ") [203.0.113.66]:25 F=<a@b.example> rejected RCPT <c@d.example>: Unknown user",
                    "relay=[203.0.113.66], reject=550 5.1.1",
                    "address=203.0.113.66 host=victim.example",
                    "ip=203.0.113.66 rdns=victim.example",
                    "origin_ip: 203.0.113.66 ",
                    ":victim.example:203.0.113.66> rcpt <",
                    "error,relay=::ffff:203.0.113.66,from=<a@b.example>,to=<",
                    "\"addr\":\"203.0.113.66:25\"",
                    ",203.0.113.66:25,<,RCPT TO:<a@b.example>,",
                    "\t203.0.113.66\t",
                    "[IPv6:2001:db8:bad::66]",
                    "2001:db8:bad::66")
            .map(text -> text.getBytes(US_ASCII))
            .toList();

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** Its beginning. */
    byte[] cut(byte[] line) {
        return Arrays.copyOf(line, random.nextInt(line.length + 1));
    }

    /** Its beginning with another line behind it, or its end. */
    byte[] torn(byte[] line, byte[] other) {
        byte[] head = cut(line);
        return random.nextBoolean() ? joined(head, other) : Arrays.copyOfRange(line, head.length, line.length);
    }

    /** Some bytes in a row are others, at most all of them. */
    byte[] broken(byte[] line) {
        byte[] broken = line.clone();
        int from = random.nextInt(line.length + 1);
        int to = Math.min(line.length, from + random.nextInt(random.nextBoolean() ? 4 : 400));
        for (int i = from; i < to; i++) {
            broken[i] = odd();
        }
        return broken;
    }

    /** A few changes of any kind, by which the words of other lines may come anywhere. */
    byte[] spoiled(byte[] line, byte[] other) {
        byte[] spoiled = line;
        for (int changes = 1 + random.nextInt(4); changes > 0 && spoiled.length > 0; changes--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    spoiled = spoiled.clone();
                    spoiled[at] = odd();
                }
                case 2 -> spoiled = broken(spoiled);
                case 3 -> spoiled = torn(spoiled, other);
                case 4 -> spoiled = joined(cut(spoiled), Arrays.copyOfRange(other, cut(other).length, other.length));
                case 5 -> spoiled = inserted(spoiled, at, piece(other));
                case 6 -> spoiled = inserted(spoiled, at, piece(spoiled));
                default -> spoiled = without(spoiled, at, at + 1 + random.nextInt(20));
            }
        }
        return spoiled;
    }

    /** A forgery stands where a client's words stand: between angle brackets, as all servers write addresses. */
    byte[] forged(byte[] line) {
        int open = line.length == 0 ? -1 : indexOf(line, '<', random.nextInt(line.length));
        int close = open < 0 ? -1 : indexOf(line, '>', open);
        if (close < 0 || open + 1 == close || isPriority(line, open)) {
            return line;
        }
        return inserted(line, open + 1 + random.nextInt(close - open), FORGED.get(random.nextInt(FORGED.size())));
    }

    /** The start of a line belongs to syslog: {@code <22>}, {@code <mail.info>}. */
    private static boolean isPriority(byte[] line, int open) {
        return open < 30 && indexOf(line, '@', open) < 0;
    }

    private byte odd() {
        return random.nextBoolean() ? ODD[random.nextInt(ODD.length)] : (byte) random.nextInt(256);
    }

    private byte[] piece(byte[] line) {
        int from = random.nextInt(line.length + 1);
        return Arrays.copyOfRange(line, from, Math.min(line.length, from + 1 + random.nextInt(60)));
    }

    private static byte[] without(byte[] line, int from, int to) {
        return joined(Arrays.copyOf(line, from), Arrays.copyOfRange(line, Math.min(line.length, to), line.length));
    }

    private static byte[] inserted(byte[] line, int at, byte[] text) {
        return joined(joined(Arrays.copyOf(line, at), text), Arrays.copyOfRange(line, at, line.length));
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        if (head.length + tail.length > LONGEST) {
            return head;
        }
        byte[] joined = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return joined;
    }

    private static int indexOf(byte[] line, char c, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == c) {
                return i;
            }
        }
        return -1;
    }
}
