package org.snowtrack.lookups.networks;

/**
 * The network that announces an address.
 *
 * @param asn autonomous system number, 1 to 2^32 - 1
 * @param name of the holder; empty where unknown
 * @param country ISO 3166 code; empty where unknown
 */
public record Network(long asn, String name, String country) {}
