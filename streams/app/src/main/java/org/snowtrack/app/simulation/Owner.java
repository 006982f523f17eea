package org.snowtrack.app.simulation;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * Who sends from a row of addresses, and everything that is true of him. Immutable.
 *
 * @param label {@code snowshoe}, or the class of an innocent
 * @param name the kind of a campaign or innocent, with a number
 * @param hosts in a row, ascending
 */
record Owner(String label, String name, List<Host> hosts, List<Registration> domains) {

    /**
     * An address.
     *
     * @param namings one, or several that follow each other
     * @param mail what it sends; null where it is silent
     */
    record Host(
            IpAddress ip, List<Naming> namings, @Nullable Mail mail) {}

    /**
     * What the address is called.
     *
     * @param from first day, null for ever
     * @param to last day, null for ever
     * @param confirmed whether the name leads back to the address
     */
    record Naming(
            String name,
            boolean confirmed,
            @Nullable LocalDate from,
            @Nullable LocalDate to) {}

    /**
     * What an address sends to those who report it.
     *
     * @param reporters who hear enough of it on a day to count; by number, the order does not matter
     * @param others how many more hear less of it; 0 where even the reporters hear nothing on other days
     * @param firstDay counted from the first day of the case
     * @param lastDay likewise, included
     * @param daysEach on how many days each reporter sees it excessive, at most
     * @param refused invalid recipients of such a day, about
     * @param accepted recipients accepted for each that is refused
     * @param messageBytes of its largest message
     */
    record Mail(
            List<Integer> reporters,
            int others,
            int firstDay,
            int lastDay,
            int daysEach,
            int refused,
            double accepted,
            long messageBytes) {}

    /**
     * How a domain was registered.
     *
     * @param registrar an IANA number
     * @param known whether its registry answers
     */
    record Registration(
            String domain,
            LocalDate registered,
            @Nullable LocalDate reregistered,
            @Nullable LocalDate transferred,
            int registrar,
            List<String> nameServers,
            boolean hasMx,
            boolean hasWebsite,
            boolean known) {}
}
