package org.snowtrack.topologies.activity;

import org.snowtrack.schemas.ip.IpAddress;

/** What one stage of a block's chain tells the next about an address. Never leaves the task. */
public sealed interface AddressEvent {

    IpAddress address();

    /** Somebody found the address excessive on a day on which nobody had before. */
    record NewDay(IpAddress address, int epochDay) implements AddressEvent {}

    /** Its standing or its names are not what they were. */
    record Changed(IpAddress address) implements AddressEvent {}

    /** Nobody counts against it any more. */
    record Gone(IpAddress address) implements AddressEvent {}
}
