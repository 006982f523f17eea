package org.snowtrack.connectors.grammar;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * What is known of one session. No recipient is kept.
 *
 * @param client null as long as no line has told it
 * @param helo as the log has it
 * @param clientName verified by the server
 * @param sender envelope sender, as the log has it
 * @param messageBytes of the message being sent
 * @param note whatever else a format must remember between two lines, in its own words; empty at first
 * @param held refusals that wait for the client, in their order
 */
public record SessionState(
        @Nullable IpAddress client,
        @Nullable String helo,
        @Nullable String clientName,
        @Nullable String sender,
        @Nullable Long messageBytes,
        String note,
        List<Held> held) {

    /** Of one session at most so many refusals are kept; further ones are as if they had not been written. */
    public static final int MOST_HELD = 1_000;

    public static final SessionState NEW = new SessionState(null, null, null, null, null, "", List.of());

    private static final IpAddress NOBODY = IpAddress.parse("::");

    /**
     * A refusal without a client.
     *
     * @param tag of its line
     */
    public record Held(
            long tag, Instant time, Reason reason, @Nullable String reply, int recipients) {}

    /** A session that begins. */
    public static SessionState of(IpAddress client) {
        return NEW.withClient(client);
    }

    public SessionState withClient(IpAddress address) {
        return new SessionState(address, helo, clientName, sender, messageBytes, note, held);
    }

    public SessionState withHelo(@Nullable String name) {
        return new SessionState(client, name, clientName, sender, messageBytes, note, held);
    }

    public SessionState withClientName(@Nullable String name) {
        return new SessionState(client, helo, name, sender, messageBytes, note, held);
    }

    public SessionState withSender(@Nullable String address) {
        return new SessionState(client, helo, clientName, address, messageBytes, note, held);
    }

    public SessionState withMessageBytes(@Nullable Long bytes) {
        return new SessionState(client, helo, clientName, sender, bytes, note, held);
    }

    public SessionState withNote(String text) {
        return new SessionState(client, helo, clientName, sender, messageBytes, text, held);
    }

    public SessionState holding(Held refusal) {
        if (held.size() >= MOST_HELD) {
            return this;
        }
        List<Held> more = new ArrayList<>(held);
        more.add(refusal);
        return new SessionState(client, helo, clientName, sender, messageBytes, note, List.copyOf(more));
    }

    public SessionState withoutHeld() {
        return new SessionState(client, helo, clientName, sender, messageBytes, note, List.of());
    }

    /**
     * The same with nothing in it but what may be published: a HELO that cannot be an address, the sender's domain
     * instead of the sender. What is made of it later is the same.
     */
    public SessionState withoutAddresses() {
        LogFact.Refusal clean = LogFact.Refusal.of(NOBODY, Instant.EPOCH, Reason.OTHER, null)
                .withHelo(helo)
                .withClientName(clientName)
                .withSender(sender);
        String domain = clean.senderDomain();
        return new SessionState(
                client,
                clean.helo(),
                clean.clientName(),
                domain == null ? null : "@" + domain,
                messageBytes,
                note,
                held);
    }

    /** Tells the refusals that are held, for no other line will: of nobody, where the client is not known. */
    public void tellHeld(FactSink facts) {
        for (Held refused : held) {
            facts.accept(
                    refused.tag(), refusal(refused.time(), refused.reason(), refused.reply(), refused.recipients()));
        }
    }

    /** A refusal of this session's client; unattributed where that is not known, unreadable where the time is not. */
    public LogFact refusal(@Nullable Instant time, Reason reason, @Nullable String reply, int recipients) {
        if (client == null) {
            return LogFact.Notice.UNATTRIBUTED;
        }
        if (time == null) {
            return LogFact.Notice.UNREADABLE;
        }
        return LogFact.Refusal.of(client, time, reason, reply)
                .withRecipients(recipients)
                .withHelo(helo)
                .withClientName(clientName)
                .withSender(sender)
                .withMessageBytes(messageBytes);
    }
}
