package org.snowtrack.app.pipeline;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.connectors.formats.MixedLines;
import org.snowtrack.connectors.grammar.LogFact;
import org.snowtrack.connectors.grammar.Reason;
import org.snowtrack.connectors.grammar.SessionState;
import org.snowtrack.connectors.grammar.Sessions;
import org.snowtrack.schemas.HeldRefusal;
import org.snowtrack.schemas.LogSession;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;
import org.snowtrack.schemas.ip.IpAddress;
import org.snowtrack.topologies.lines.LineFacts;
import org.snowtrack.topologies.lines.LineReader;
import org.snowtrack.topologies.lines.LogSessions;

/** The grammars of all formats behind the pipeline's door for raw lines. For one thread. */
public final class ShippedLines implements LineReader {

    private final MixedLines lines;

    /**
     * A reader.
     *
     * @param zone of times that have none
     */
    public ShippedLines(ZoneId zone, LogSessions sessions) {
        lines = new MixedLines(zone, host -> new Stored(host, sessions));
    }

    @Override
    public void read(byte[] line, int to, long offset, Instant shipped, LineFacts facts) {
        lines.read(line, 0, to, shipped, offset, (tag, fact) -> tell(tag, fact, facts));
    }

    private static void tell(long tag, LogFact fact, LineFacts facts) {
        if (fact instanceof LogFact.Refusal refusal) {
            facts.rejection(new MailRejection(
                    refusal.client().toString(),
                    "",
                    refusal.time(),
                    refusal.reason().inRecords(),
                    refusal.recipients(),
                    null,
                    refusal.messageBytes(),
                    refusal.helo(),
                    refusal.clientName(),
                    refusal.senderDomain(),
                    null));
        } else if (fact instanceof LogFact.Session session && session.offeredRecipients() > 0) {
            facts.rejection(new MailRejection(
                    session.client().toString(),
                    "",
                    session.time(),
                    // As in a roll-up: it tells of the ratio only, its refusals are told already.
                    RejectionReason.OTHER,
                    session.offeredRecipients() - session.acceptedRecipients(),
                    session.acceptedRecipients(),
                    null,
                    null,
                    null,
                    null,
                    null));
        } else if (fact == LogFact.Notice.UNREADABLE) {
            facts.unreadable();
        } else if (fact == LogFact.Notice.UNATTRIBUTED) {
            facts.unattributed(tag);
        }
    }

    /** A host's sessions as rows. */
    record Stored(String host, LogSessions rows) implements Sessions {

        @Override
        public @Nullable SessionState get(String id) {
            return state(rows.get(host, id));
        }

        @Override
        public void put(String id, SessionState state) {
            rows.put(host, id, row(state.withoutAddresses()));
        }

        @Override
        public @Nullable SessionState remove(String id) {
            return state(rows.remove(host, id));
        }

        private static LogSession row(SessionState state) {
            IpAddress client = state.client();
            List<HeldRefusal> held = state.held().stream()
                    .map(refusal -> new HeldRefusal(
                            refusal.tag(),
                            refusal.time(),
                            refusal.reason().inRecords(),
                            refusal.reply(),
                            refusal.recipients()))
                    .toList();
            return new LogSession(
                    0L,
                    client == null ? null : client.toString(),
                    state.helo(),
                    state.clientName(),
                    state.sender() == null ? null : state.sender().substring(1),
                    state.messageBytes(),
                    state.note(),
                    held);
        }

        private static @Nullable SessionState state(@Nullable LogSession row) {
            if (row == null) {
                return null;
            }
            List<SessionState.Held> held = row.getHeld().stream()
                    .map(refusal -> new SessionState.Held(
                            refusal.getOffset(),
                            refusal.getObservedAt(),
                            Reason.of(refusal.getReason()),
                            refusal.getReply(),
                            refusal.getRecipients()))
                    .toList();
            return new SessionState(
                    row.getSourceIp() == null ? null : IpAddress.parse(row.getSourceIp()),
                    row.getHelo(),
                    row.getClientName(),
                    row.getMailFromDomain() == null ? null : "@" + row.getMailFromDomain(),
                    row.getMessageBytes(),
                    row.getNote(),
                    held);
        }
    }
}
