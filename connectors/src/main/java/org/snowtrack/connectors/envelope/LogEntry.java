package org.snowtrack.connectors.envelope;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One line without its envelope: the message as the mail server wrote it, and what the envelope told of it. Made by
 * {@link Envelope#read}, which fills the same object again for the next line. For one thread.
 *
 * <p>The message's bytes may be anything; they lie between {@link #from} and {@link #to} of an array that holds other
 * things around them. No byte may be written to.
 */
public final class LogEntry {

    private byte[] bytes = new byte[0];
    private int from;
    private int to;
    private int programFrom;
    private int programTo;
    private @Nullable String host;
    private int hostFrom;
    private int hostTo;
    private @Nullable Instant time;
    private int timeAt;
    private int timeTo;
    private Timestamps.Kind timeKind = Timestamps.Kind.NONE;
    private byte[] timeBytes = bytes;
    private byte[] outerBytes = bytes;
    private byte[] lastSecond = bytes;
    private int lastYear;
    private @Nullable Instant lastTime;
    private final Timestamps timestamps;
    private int year;
    private boolean isTimed;
    private @Nullable Instant shipped;
    private int repeats;
    private int repeatsOfLast;
    private long tag;

    LogEntry(Timestamps timestamps) {
        this.timestamps = timestamps;
    }

    /** The array that holds the message. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the message's first byte. */
    public int from() {
        return from;
    }

    /** Index behind the message's last byte. */
    public int to() {
        return to;
    }

    /** Whatever the reader of the lines calls this one by: its number, or its place in the file. */
    public long tag() {
        return tag;
    }

    /** How often the message was written, at least 1: {@code message repeated 3 times: [ ... ]}. */
    public int repeats() {
        return repeats;
    }

    /** How often the message of the line before was written once more: {@code last message repeated 3 times}; else 0. */
    public int repeatsOfLast() {
        return repeatsOfLast;
    }

    /**
     * When the line was written; null where the time in front of it does not exist, such as 31 November. A line without
     * any time has the one that its reader deems right.
     */
    public @Nullable Instant time() {
        if (time == null && timeKind != Timestamps.Kind.NONE) {
            time = timeKind == Timestamps.Kind.RFC3164 ? timeOfSecond() : read();
        }
        return time;
    }

    private @Nullable Instant read() {
        return timestamps.read(timeKind, timeBytes, timeAt, timeTo, year);
    }

    /** Many lines are written within one second, and its calendar has to be asked only once. */
    private @Nullable Instant timeOfSecond() {
        boolean isSame = lastYear == year
                && Arrays.equals(timeBytes, timeAt, timeTo, lastSecond, 0, lastSecond.length)
                && lastTime != null;
        if (!isSame) {
            lastTime = read();
            lastSecond = Arrays.copyOfRange(timeBytes, timeAt, timeTo);
            lastYear = year;
        }
        return lastTime;
    }

    /** Whether a time has been found, even one that does not exist. */
    boolean hasTime() {
        return isTimed;
    }

    /** The host that wrote the line, as the envelope names it; empty where it does not. */
    public String host() {
        if (host == null) {
            host = hostTo > hostFrom
                    ? new String(outerBytes, hostFrom, hostTo - hostFrom, StandardCharsets.ISO_8859_1)
                    : "";
        }
        return host;
    }

    /** Whether the envelope names a program. Without one, the message begins right behind the time. */
    public boolean hasProgram() {
        return programTo > programFrom;
    }

    /** The program without its process number, such as {@code postfix/smtpd}; empty where there is none. */
    public String program() {
        return new String(outerBytes, programFrom, programTo - programFrom, StandardCharsets.ISO_8859_1);
    }

    /** Whether the program's name is this one. */
    public boolean isProgram(byte[] name) {
        return programTo - programFrom == name.length && startsWith(outerBytes, programFrom, programTo, name);
    }

    /** Whether the program's name begins so. */
    public boolean isProgramBeginning(byte[] beginning) {
        return startsWith(outerBytes, programFrom, programTo, beginning);
    }

    /** Whether the program's name ends so. */
    public boolean isProgramEnding(byte[] ending) {
        return programTo - programFrom >= ending.length
                && startsWith(outerBytes, programTo - ending.length, programTo, ending);
    }

    /** Whether the byte occurs in the program's name, neither first nor last. */
    public boolean isInsideProgram(char c) {
        for (int i = programFrom + 1; i < programTo - 1; i++) {
            if (outerBytes[i] == c) {
                return true;
            }
        }
        return false;
    }

    /** Whether the message begins so. */
    public boolean startsWith(byte[] beginning) {
        return startsWith(from, beginning);
    }

    /** Whether the message goes on so at an index. */
    public boolean startsWith(int at, byte[] beginning) {
        return startsWith(bytes, at, to, beginning);
    }

    private static boolean startsWith(byte[] bytes, int at, int to, byte[] beginning) {
        if (to - at < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (bytes[at + i] != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    /** Index of the first such byte at or behind an index, or -1. */
    public int indexOf(char c, int at) {
        return ByteScan.indexOf((byte) c, bytes, at, to);
    }

    /** Index of the first such bytes at or behind an index, or -1. */
    public int indexOf(byte[] wanted, int at) {
        int i = ByteScan.indexOf(wanted[0], bytes, at, to);
        while (i >= 0 && !startsWith(i, wanted)) {
            i = ByteScan.indexOf(wanted[0], bytes, i + 1, to);
        }
        return i;
    }

    /** Index of the first blank at or behind an index, or the message's end. */
    public int wordEnd(int at) {
        int end = indexOf(' ', at);
        return end < 0 ? to : end;
    }

    /** A part of the message as UTF-8, at most so many bytes of it; what is not UTF-8 becomes U+FFFD. */
    public String text(int begin, int end, int most) {
        int last = (int) Math.min(Math.min(end, to), begin + (long) most);
        if (begin >= last) {
            return "";
        }
        // ASCII is all of these; as Latin-1 it needs no second look before the optimizing compiler has seen it.
        Charset charset = ByteScan.isAscii(bytes, begin, last) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        return new String(bytes, begin, last - begin, charset);
    }

    /**
     * Passes over one more time at the message's start, which servers write that believe to write a file themselves:
     * {@code 2026-11-25 12:00:00 }. The envelope's own time stays in force if it has one.
     */
    public void skipTime() {
        int behind = timestamps.behindLocal(bytes, from, to);
        if (behind > from) {
            if (!isTimed) {
                setTime(Timestamps.Kind.LOCAL, bytes, from, behind, 0);
            }
            from = behind;
        }
    }

    void reset(byte[] line, int begin, int end, long name) {
        isTimed = false;
        shipped = null;
        bytes = line;
        from = begin;
        to = end;
        outerBytes = line;
        programFrom = 0;
        programTo = 0;
        host = null;
        hostFrom = 0;
        hostTo = 0;
        time = null;
        timeKind = Timestamps.Kind.NONE;
        repeats = 1;
        repeatsOfLast = 0;
        tag = name;
    }

    /** Goes on with what was wrapped in the line. */
    void setInner(byte[] inner) {
        host = host();
        bytes = inner;
        outerBytes = inner;
        from = 0;
        to = inner.length;
    }

    void setFrom(int index) {
        from = index;
    }

    void setTo(int index) {
        to = index;
    }

    void setTime(Timestamps.Kind kind, byte[] line, int at, int end, int yearOfDay) {
        time = null;
        timeKind = kind;
        timeBytes = line;
        timeAt = at;
        timeTo = end;
        year = yearOfDay;
        isTimed = true;
    }

    void setTime(Instant instant) {
        time = instant;
        timeKind = Timestamps.Kind.NONE;
        isTimed = true;
    }

    /** The time that was set is when a shipper read the line, so that whatever the line says itself goes before. */
    void takeTimeForThatOfReading() {
        shipped = time();
        time = null;
        timeKind = Timestamps.Kind.NONE;
        isTimed = false;
    }

    /** When a shipper read the line; null where none has told. */
    @Nullable
    Instant shipped() {
        return shipped;
    }

    /**
     * The envelope is off. A line without a time has that of its reading; so has one whose time lies behind it, for
     * then the clock or the zone is wrong by which the line was written.
     */
    void settleTime(InstantSource untimed) {
        Instant written = isTimed && shipped != null ? time() : null;
        if (shipped != null && (written == null || written.isAfter(shipped))) {
            setTime(shipped);
        } else if (!isTimed) {
            time = untimed.instant();
        }
    }

    void setProgram(int begin, int end) {
        programFrom = begin;
        programTo = end;
    }

    void setProgram(String name, byte[] message) {
        host = host();
        byte[] program = name.getBytes(StandardCharsets.ISO_8859_1);
        outerBytes = program;
        programFrom = 0;
        programTo = program.length;
        bytes = message;
        from = 0;
        to = message.length;
    }

    void setHost(int begin, int end) {
        host = null;
        hostFrom = begin;
        hostTo = end;
    }

    void setHost(String name) {
        host = name;
    }

    void setRepeats(int times) {
        repeats = times;
    }

    void setRepeatsOfLast(int times) {
        repeatsOfLast = times;
    }
}
