package org.snowtrack.connectors.formats;

import java.util.List;
import java.util.Optional;
import org.snowtrack.connectors.courier.CourierLog;
import org.snowtrack.connectors.exchange.ExchangeLog;
import org.snowtrack.connectors.exim.EximLog;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.haraka.HarakaLog;
import org.snowtrack.connectors.kumomta.KumomtaLog;
import org.snowtrack.connectors.mailenable.MailenableLog;
import org.snowtrack.connectors.opensmtpd.OpensmtpdLog;
import org.snowtrack.connectors.postfix.PostfixLog;
import org.snowtrack.connectors.qmail.QmailLog;
import org.snowtrack.connectors.sendmail.SendmailLog;

/** The formats that there are. */
public final class LogFormats {

    /** Every format, in the order in which they are tried on a line. */
    public static final List<LogFormat> ALL = List.of(
            new PostfixLog(),
            new SendmailLog(),
            new OpensmtpdLog(),
            new CourierLog(),
            new HarakaLog(),
            new KumomtaLog(),
            new ExchangeLog(),
            new MailenableLog(),
            new EximLog(),
            new QmailLog());

    private LogFormats() {}

    /**
     * The format of that id.
     *
     * @param id such as {@code postfix}
     */
    public static Optional<LogFormat> of(String id) {
        return ALL.stream().filter(format -> format.id().equals(id)).findFirst();
    }

    /** The ids of all, for people: {@code exim, postfix and qmail}. */
    public static String ids() {
        List<String> ids = ALL.stream().map(LogFormat::id).sorted().toList();
        return ids.size() == 1
                ? ids.get(0)
                : String.join(", ", ids.subList(0, ids.size() - 1)) + " and " + ids.get(ids.size() - 1);
    }
}
