package org.snowtrack.connectors.haraka;

import org.snowtrack.connectors.envelope.LogEntry;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.grammar.LogParser;
import org.snowtrack.connectors.grammar.Sessions;

/**
 * Haraka, as its {@code logger.js}, {@code connection.js} and {@code plugins.js} write, in each of its three forms:
 *
 * <pre>
 * line    = ["[" level "] [" uuid "] [core] "] words *(" " name "=" value)         ; default
 *         / "level=" level " uuid=" uuid " source=core message=" words *(...)      ; logfmt; later origin= for source=
 *         / {"level":level,"uuid":uuid,"source":"core","message":words,name:value} ; JSON
 * uuid    = 1*(HEXDIG / "-") ["." number-of-transaction]
 * words   = "connect"                          ; ip= port= ...: the only line but the last that has the address
 *         / "HAProxy"                          ; proto= src_ip=address:port: the client behind a proxy of ours
 *         / "sender &lt;" address "&gt;"             ; code= msg=
 *         / "recipient &lt;" address "&gt;"          ; code= msg= [sender=]
 *         / "message"                          ; mid= size= rcpts=a/b/c delay= code= msg=
 *         / "queue"                            ; code= msg=
 *         / ""                                 ; hook= plugin= function= params= retval= msg=
 *         / "Incoming message exceeded " ("max" / "databytes") " size of " n
 *         / "deny(soft?) overriden by deny hook"
 *         / "disconnect"                       ; ip= ... rcpts=accepted/deferred/refused ...
 *                                              ; lr=the last reply
 * code    = "OK" / "CONT" / "DENY" / "DENYSOFT" / "DENYDISCONNECT" / "DENYSOFTDISCONNECT" / ...
 * </pre>
 *
 * <p>What a plugin returned ({@code hook=}) is what the server did only if no other plugin overrides it, and is told
 * once more by {@code sender}, {@code recipient}, {@code message} or {@code queue}. So it is kept until the next line
 * of its session, and told if that line has neither overridden nor repeated it: refusals of the client itself have no
 * other line. A recipient of whom no plugin has said whether mail may be relayed to it is logged with code OK and
 * refused: only {@code disconnect} tells that, which counts the refused and holds the last reply.
 *
 * <p>The first {@code connect} of a UUID counts. A text that a client wrote may go on in a line of its own, which begins
 * with a blank then (a folded header); so nothing may stand in front of a line. Shippers leave JSON's names in any order.
 */
public final class HarakaLog implements LogFormat {

    @Override
    public String id() {
        return "haraka";
    }

    @Override
    public String name() {
        return "Haraka";
    }

    @Override
    public String mark() {
        return "a beginning such as [NOTICE] [UUID] [core], level=NOTICE uuid=UUID or {\"level\":\"NOTICE\",\"uuid\":";
    }

    @Override
    public boolean looksLike(LogEntry entry) {
        return HarakaLine.isHaraka(entry);
    }

    @Override
    public LogParser parser(Sessions sessions) {
        return new HarakaParser(sessions);
    }
}
