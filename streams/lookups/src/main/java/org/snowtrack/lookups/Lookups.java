package org.snowtrack.lookups;

import java.util.List;
import org.snowtrack.lookups.names.PtrName;
import org.snowtrack.lookups.networks.Network;
import org.snowtrack.lookups.registration.Allocation;
import org.snowtrack.lookups.registration.Registration;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * All the questions the stages ask, wherever the answers come from.
 *
 * @param ptr all names of an address, each with its forward confirmation, sorted by name
 * @param network the network that announces an address
 * @param addresses a host name's A and AAAA records, sorted
 * @param mailExchangers a domain's MX hosts, sorted
 * @param registration a registrable domain's registration
 * @param allocation whom an address was given to, and where its holder hears of abuse
 */
public record Lookups(
        Lookup<IpAddress, List<PtrName>> ptr,
        Lookup<IpAddress, Network> network,
        Lookup<String, List<IpAddress>> addresses,
        Lookup<String, List<String>> mailExchangers,
        Lookup<String, Registration> registration,
        Lookup<IpAddress, Allocation> allocation) {}
