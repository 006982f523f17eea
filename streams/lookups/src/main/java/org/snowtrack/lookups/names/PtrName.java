package org.snowtrack.lookups.names;

import org.snowtrack.schemas.Confirmation;

/**
 * One name from an address's PTR records.
 *
 * @param name a validated host name in lower case, without the trailing dot
 * @param confirmation whether the name's own addresses contain the address
 */
public record PtrName(String name, Confirmation confirmation) implements Comparable<PtrName> {

    @Override
    public int compareTo(PtrName other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : confirmation.compareTo(other.confirmation);
    }
}
