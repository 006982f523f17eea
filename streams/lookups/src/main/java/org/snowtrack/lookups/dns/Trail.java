package org.snowtrack.lookups.dns;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.snowtrack.lookups.Answer.Failure;
import org.snowtrack.lookups.cache.Fresh;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The way from a name over its aliases to its records, through one reply after another. Of a reply, only the records of
 * the name that it is about are read; what else a server puts into it changes nothing. Of a DNAME (RFC 6672), that is the
 * alias that the server makes of it. A reply with answers, none of them to the question, says nothing.
 *
 * @param name where the trail is
 * @param aliases how many are behind
 * @param ttl seconds, the shortest behind
 * @param end what is there, once that is known
 */
record Trail(Name name, int type, int aliases, long ttl, Optional<Fresh<List<Record>>> end) {

    /** At its start. */
    Trail(Name name, int type) {
        this(name, type, 0, Integer.MAX_VALUE, Optional.empty());
    }

    /** Goes as far as the reply leads. */
    Trail through(Message reply) {
        Name at = name;
        int behind = aliases;
        long shortest = ttl;
        while (true) {
            List<Record> found = records(reply, at, type);
            if (!found.isEmpty()) {
                return ending(Fresh.found(found, seconds(shortest, found)));
            }
            List<Record> alias = records(reply, at, Type.CNAME);
            if (alias.isEmpty()) {
                break;
            }
            if (++behind > DnsClient.MAX_ALIASES) {
                return ending(Fresh.failed(Failure.MALFORMED));
            }
            shortest = Math.min(shortest, alias.get(0).getTTL());
            at = ((CNAMERecord) alias.get(0)).getTarget();
        }
        List<Record> authority = reply.getSection(Section.AUTHORITY);
        Optional<SOARecord> zone = authority.stream()
                .filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast)
                .findFirst();
        if (reply.getRcode() == Rcode.NXDOMAIN || zone.isPresent()) {
            long absent =
                    zone.map(soa -> Math.min(soa.getTTL(), soa.getMinimum())).orElse(0L);
            return ending(Fresh.noRecord(Duration.ofSeconds(Math.min(shortest, absent))));
        }
        if (!at.equals(name)) {
            return new Trail(at, type, behind, shortest, Optional.empty());
        }
        if (!reply.getSection(Section.ANSWER).isEmpty()) {
            return ending(Fresh.failed(Failure.MALFORMED));
        }
        // Without the zone's SOA this is a server that leaves it out, or a referral: one that does not know.
        return ending(
                authority.stream().anyMatch(record -> record.getType() == Type.NS)
                        ? Fresh.failed(Failure.SERVER_FAILURE)
                        : Fresh.noRecord(Duration.ZERO));
    }

    private Trail ending(Fresh<List<Record>> end) {
        return new Trail(name, type, aliases, ttl, Optional.of(end));
    }

    private static List<Record> records(Message reply, Name owner, int type) {
        return reply.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == type
                        && record.getDClass() == DClass.IN
                        && record.getName().equals(owner))
                .toList();
    }

    private static Duration seconds(long shortest, List<Record> records) {
        return Duration.ofSeconds(Math.min(
                shortest, records.stream().mapToLong(Record::getTTL).min().orElse(0)));
    }
}
