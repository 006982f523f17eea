package org.snowtrack.topologies.lines;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.HeldRefusal;
import org.snowtrack.schemas.LogSession;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.RejectionReason;

/**
 * The log of a mail server that writes very plainly:
 *
 * <pre>
 * refused IP [HELO NAME DOMAIN] / left IP ACCEPTED OFFERED / garbled
 * connect HOST ID IP / refuse HOST ID / quit HOST ID   ; in any order, a dash for no host
 * </pre>
 */
public record PlainLines(LogSessions sessions) implements LineReader {

    @Override
    public void read(byte[] line, int to, long offset, Instant shipped, LineFacts facts) {
        String[] words = new String(line, 0, to, StandardCharsets.UTF_8).split(" ", -1);
        switch (words[0]) {
            case "refused" -> facts.rejection(named(words, rejection(words[1], shipped, 1, null)));
            case "left" -> {
                int accepted = Integer.parseInt(words[2]);
                facts.rejection(rejection(words[1], shipped, Integer.parseInt(words[3]) - accepted, accepted));
            }
            case "garbled" -> facts.unreadable();
            case "connect", "refuse", "quit" -> session(words, offset, shipped, facts);
            default -> {}
        }
    }

    private void session(String[] words, long offset, Instant shipped, LineFacts facts) {
        String host = words[1].equals("-") ? "" : words[1];
        LogSession known = sessions.get(host, words[2]);
        List<HeldRefusal> held = known == null ? new ArrayList<>() : new ArrayList<>(known.getHeld());
        if (words[0].equals("connect")) {
            held.forEach(refusal -> facts.rejection(rejection(words[3], refusal.getObservedAt(), 1, null)));
            sessions.put(host, words[2], row(words[3], List.of()));
        } else if (words[0].equals("quit")) {
            held.forEach(refusal -> facts.unattributed(refusal.getOffset()));
            sessions.remove(host, words[2]);
        } else if (known == null || known.getSourceIp() == null) {
            held.add(new HeldRefusal(offset, shipped, RejectionReason.INVALID_RECIPIENT, null, 1));
            sessions.put(host, words[2], row(null, held));
        } else {
            facts.rejection(rejection(Objects.requireNonNull(known.getSourceIp()), shipped, 1, null));
        }
    }

    private static LogSession row(@Nullable String client, List<HeldRefusal> held) {
        return LogSession.newBuilder().setSourceIp(client).setHeld(held).build();
    }

    private static MailRejection named(String[] words, MailRejection rejection) {
        return words.length < 5
                ? rejection
                : MailRejection.newBuilder(rejection)
                        .setHelo(words[2])
                        .setClientName(words[3])
                        .setMailFromDomain(words[4])
                        .build();
    }

    private static MailRejection rejection(String ip, Instant at, int rejected, @Nullable Integer accepted) {
        RejectionReason reason = accepted == null ? RejectionReason.INVALID_RECIPIENT : RejectionReason.OTHER;
        return MailRejection.newBuilder()
                .setSourceIp(ip)
                .setObservedAt(at)
                .setReason(reason)
                .setRejectedRecipients(rejected)
                .setAcceptedRecipients(accepted)
                .build();
    }
}
