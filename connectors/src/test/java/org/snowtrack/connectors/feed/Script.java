package org.snowtrack.connectors.feed;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.postfix.PostfixLog;

/** What happens at a server, line by line, as it writes it. */
abstract class Script {

    final Random random;
    private Instant time = Instant.parse("2026-11-20T11:50:00Z");
    private int lines;
    private int refusals;

    Script(Random random) {
        this.random = random;
    }

    static Script postfix(Random random) {
        return new Postfix(random);
    }

    static Script sessions(Random random) {
        return new Toy(random);
    }

    abstract LogFormat format();

    abstract String message();

    /** Whether every line tells the same, whichever others are lost. */
    abstract boolean isLossHarmless();

    /** The next line, with its end; no other line is the same. */
    String line() {
        time = time.plusSeconds(random.nextInt(50) == 0 ? random.nextInt(4_000) : random.nextInt(12));
        lines++;
        return time + " mx1 " + message() + (random.nextInt(9) == 0 ? "\r\n" : "\n");
    }

    int number() {
        return lines;
    }

    void countRefusal() {
        refusals++;
    }

    /** Recipients refused by all lines so far. */
    int refusals() {
        return refusals;
    }

    String address() {
        return "192.0.2." + random.nextInt(4);
    }

    private static final class Postfix extends Script {

        private static final LogFormat FORMAT = new PostfixLog();

        Postfix(Random random) {
            super(random);
        }

        @Override
        LogFormat format() {
            return FORMAT;
        }

        @Override
        boolean isLossHarmless() {
            return true;
        }

        @Override
        String message() {
            String client = "unknown[" + address() + "]";
            return "postfix/smtpd[" + number() + "]: "
                    + switch (random.nextInt(5)) {
                        case 0, 1 ->
                            refusal("550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown", client);
                        case 2 -> refusal("554 5.7.1 <bob@example.org>: Relay access denied", client);
                        case 3 ->
                            "disconnect from " + client + " ehlo=1 rcpt=1/" + (1 + random.nextInt(9)) + " commands=9";
                        default -> "connect from " + client;
                    };
        }

        private String refusal(String reply, String client) {
            countRefusal();
            return "NOQUEUE: reject: RCPT from " + client + ": " + reply + "; from=<a@h" + number()
                    + ".example> to=<bob@example.org> proto=ESMTP helo=<h" + number() + ".example>";
        }
    }

    /** Up to eight sessions at a time; some never end, and what they are called is used again. */
    private static final class Toy extends Script {

        private static final LogFormat FORMAT = new SessionLog();
        private static final int MOST = 8;

        private final List<Boolean> isKnown = new ArrayList<>();
        private final List<Boolean> isOpen = new ArrayList<>();

        Toy(Random random) {
            super(random);
            for (int i = 0; i < MOST; i++) {
                isKnown.add(false);
                isOpen.add(false);
            }
        }

        @Override
        LogFormat format() {
            return FORMAT;
        }

        @Override
        boolean isLossHarmless() {
            return false;
        }

        @Override
        String message() {
            int id = random.nextInt(MOST);
            return "toyd[" + number() + "]: s" + id + " "
                    + (isOpen.get(id) && random.nextInt(20) > 0 ? next(id) : first(id));
        }

        private String first(int id) {
            isOpen.set(id, true);
            isKnown.set(id, random.nextInt(3) > 0);
            return isKnown.get(id) ? "begins " + address() : "begins";
        }

        private String next(int id) {
            int choice = random.nextInt(6);
            if (choice == 0) {
                isOpen.set(id, false);
                return "ends 1/" + (1 + random.nextInt(4));
            }
            if (choice == 1 && !isKnown.get(id)) {
                isKnown.set(id, true);
                return "is " + address();
            }
            return "refuses " + (random.nextBoolean() ? "INVALID_RECIPIENT" : "RELAY_DENIED");
        }
    }
}
