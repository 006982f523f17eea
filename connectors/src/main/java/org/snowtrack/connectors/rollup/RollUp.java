package org.snowtrack.connectors.rollup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.LogFact.Refusal;
import org.snowtrack.connectors.grammar.LogFact.Session;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Rolls the facts of one file up, in their order.
 *
 * <p>A <em>minute segment</em> is a longest stretch of facts of one minute; within it, the refusals of one client for
 * one reason are one record. An <em>hour segment</em> is a longest stretch of facts of one hour (of UTC); within it, the
 * sessions of one client are one record of reason {@code OTHER}, with the recipients that were taken and those that were
 * not. Such a record tells of the ratio only and never counts towards a verdict; its refusals are counted already.
 * A segment ends before the first line that tells a fact of another minute (hour), at {@link #end}, or before the line
 * whose group would be one too many for memory; and every end of an hour segment is the end of a minute segment.
 *
 * <p>A record's origin is {@code FINGERPRINT:OFFSET} of its first line and {@code r} for refusals or {@code s} for
 * sessions, with a number where that is the second fact of its kind in its line, or a later one; HELO, verified
 * name and sender's domain are that line's, even if it has none; the message size is the largest. Its time is the start of its minute (hour), so that a file
 * that is rotated in the middle of one makes two records of the same time out of one. {@link #open} gives groups that
 * still grow, under the origin that they will keep: of one origin the largest counts are true, and all others came
 * before them. Since segments are nested, reading again from {@link #openSince} makes every open group anew, and no
 * group that begins elsewhere.
 *
 * <p>Counts end at 2^31 - 1. For one thread at a time.
 */
public final class RollUp {

    /** Most groups that a segment holds. */
    public static final int MOST_GROUPS = 20_000;

    private record Refused(IpAddress client, Reason reason) {}

    private static final class Group {
        private final Instant time;
        private final String origin;
        private final @Nullable String helo;
        private final @Nullable String clientName;
        private final @Nullable String senderDomain;
        private long refused;
        private long accepted;
        private @Nullable Long messageBytes;
        private boolean hasChanged = true;

        Group(
                Instant time,
                String origin,
                @Nullable String helo,
                @Nullable String clientName,
                @Nullable String senderDomain) {
            this.time = time;
            this.origin = origin;
            this.helo = helo;
            this.clientName = clientName;
            this.senderDomain = senderDomain;
        }

        void add(long refusedRecipients, long acceptedRecipients, @Nullable Long ofMessage) {
            refused += refusedRecipients;
            accepted += acceptedRecipients;
            boolean isLargest = ofMessage != null && (messageBytes == null || ofMessage > messageBytes);
            messageBytes = isLargest ? ofMessage : messageBytes;
            hasChanged |= refusedRecipients + acceptedRecipients > 0 || isLargest;
        }
    }

    private final String fingerprint;
    private final String reporter;
    private final int mostGroups;

    private final Map<Refused, Group> refusals = new LinkedHashMap<>();
    private final Map<IpAddress, Group> sessions = new LinkedHashMap<>();
    private final List<MailRejection> closed = new ArrayList<>();
    private Instant minute = Instant.MIN;
    private long minuteSince;
    private Instant hour = Instant.MIN;
    /** Start of the minute segment in which the hour's first session stands. */
    private long sessionsSince;

    /**
     * A roll-up for a file, or for the rest of one.
     *
     * @param fingerprint of the file
     * @param reporter who refused
     */
    public RollUp(String fingerprint, String reporter) {
        this(fingerprint, reporter, MOST_GROUPS);
    }

    RollUp(String fingerprint, String reporter, int mostGroups) {
        this.fingerprint = fingerprint;
        this.reporter = reporter;
        this.mostGroups = mostGroups;
    }

    /** Adds the only fact that a line tells, as {@link #add(List, long)} does. */
    public void add(LogFact fact, long offset) {
        add(List.of(fact), offset);
    }

    /**
     * Adds what a line tells. Notices change nothing.
     *
     * @param facts in their order
     * @param offset of the line in the file, greater than that of the line before
     */
    public void add(List<LogFact> facts, long offset) {
        beginLine(facts, offset);
        int refused = 0;
        int left = 0;
        for (LogFact fact : facts) {
            if (fact instanceof Refusal refusal) {
                enter(refusal.time());
                refused++;
                String origin = origin(offset, 'r', refused);
                refusals.computeIfAbsent(
                                new Refused(refusal.client(), refusal.reason()),
                                absent -> new Group(
                                        minute, origin, refusal.helo(), refusal.clientName(), refusal.senderDomain()))
                        .add(refusal.recipients(), 0, refusal.messageBytes());
            } else if (fact instanceof Session session) {
                enter(session.time());
                left++;
                String origin = origin(offset, 's', left);
                if (sessions.isEmpty()) {
                    sessionsSince = minuteSince;
                }
                sessions.computeIfAbsent(session.client(), absent -> new Group(hour, origin, null, null, null))
                        .add(
                                session.offeredRecipients() - session.acceptedRecipients(),
                                session.acceptedRecipients(),
                                null);
            }
        }
    }

    /** Ends the segments that do not take the whole line: none may begin in the middle of it. */
    private void beginLine(List<LogFact> facts, long offset) {
        boolean endsMinute = false;
        boolean endsHour = false;
        for (LogFact fact : facts) {
            Instant time;
            if (fact instanceof Refusal refusal) {
                time = refusal.time();
                endsMinute |= refusals.size() >= mostGroups
                        && !refusals.containsKey(new Refused(refusal.client(), refusal.reason()));
            } else if (fact instanceof Session session) {
                time = session.time();
                endsHour |= sessions.size() >= mostGroups && !sessions.containsKey(session.client());
            } else {
                continue;
            }
            endsMinute |= !time.truncatedTo(ChronoUnit.MINUTES).equals(minute);
            endsHour |= !time.truncatedTo(ChronoUnit.HOURS).equals(hour);
        }
        if (endsHour) {
            closeHour();
        } else if (endsMinute) {
            closeMinute();
        }
        minuteSince = endsHour || endsMinute ? offset : minuteSince;
    }

    private void enter(Instant time) {
        Instant factHour = time.truncatedTo(ChronoUnit.HOURS);
        Instant factMinute = time.truncatedTo(ChronoUnit.MINUTES);
        if (!factHour.equals(hour)) {
            closeHour();
        } else if (!factMinute.equals(minute)) {
            closeMinute();
        }
        hour = factHour;
        minute = factMinute;
    }

    private String origin(long offset, char kind, int number) {
        return fingerprint + ":" + offset + kind + (number == 1 ? "" : number);
    }

    private void closeMinute() {
        closed.addAll(changedRefusals());
        refusals.clear();
    }

    private void closeHour() {
        closeMinute();
        closed.addAll(changedSessions());
        sessions.clear();
    }

    /** The file has ended for good: every group is closed. */
    public void end() {
        closeHour();
        hour = Instant.MIN;
        minute = Instant.MIN;
    }

    /** The records that were closed since the last call, whole; without those that {@link #open} has given as they are. */
    public List<MailRejection> closed() {
        List<MailRejection> records = List.copyOf(closed);
        closed.clear();
        return records;
    }

    /** The groups that are still open and have changed since the last call, as they are so far. */
    public List<MailRejection> open() {
        List<MailRejection> records = new ArrayList<>(changedRefusals());
        records.addAll(changedSessions());
        return records;
    }

    private List<MailRejection> changedRefusals() {
        List<MailRejection> records = new ArrayList<>();
        refusals.forEach((key, group) -> {
            if (group.hasChanged) {
                records.add(record(key, group));
            }
        });
        return records;
    }

    private List<MailRejection> changedSessions() {
        List<MailRejection> records = new ArrayList<>();
        sessions.forEach((client, group) -> {
            if (group.hasChanged) {
                records.add(record(client, group));
            }
        });
        return records;
    }

    /** Where to read again from to make every open group anew: a line's offset. Empty if none is open. */
    public OptionalLong openSince() {
        if (!sessions.isEmpty()) {
            return OptionalLong.of(sessionsSince);
        }
        return refusals.isEmpty() ? OptionalLong.empty() : OptionalLong.of(minuteSince);
    }

    private MailRejection record(Refused key, Group group) {
        return record(key.client(), key.reason(), null, group);
    }

    private MailRejection record(IpAddress client, Group group) {
        return record(client, Reason.OTHER, saturated(group.accepted), group);
    }

    private MailRejection record(IpAddress client, Reason reason, @Nullable Integer accepted, Group group) {
        group.hasChanged = false;
        return new MailRejection(
                client.toString(),
                reporter,
                group.time,
                reason.inRecords(),
                saturated(group.refused),
                accepted,
                group.messageBytes,
                group.helo,
                group.clientName,
                group.senderDomain,
                group.origin);
    }

    private static int saturated(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }
}
