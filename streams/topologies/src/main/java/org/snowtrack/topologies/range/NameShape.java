package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.OriginNetwork;
import org.snowtrack.schemas.ip.IpAddress;

/**
 * What can be read from a host name alone. Providers name the addresses they hand out after the address itself, or
 * under their own domain; nobody else has a reason to.
 *
 * <p>Pure; safe for any thread.
 */
final class NameShape {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern HEX_GROUPS = Pattern.compile("[0-9a-f]+");
    private static final int OCTETS = 4;

    private NameShape() {}

    /** Whether the name is one that the network's owner gives to addresses it lets. */
    static boolean isProviderGeneric(HostName host, IpAddress ip, @Nullable OriginNetwork network) {
        return containsAddress(host, ip) || isNetworksOwn(host, network);
    }

    /** Whether the host part is empty: the name is the registrable domain itself. */
    static boolean isBare(HostName host) {
        return host.getName().equals(host.getDomain());
    }

    /** The first label of a name under its domain; empty for the bare domain. */
    static String hostLabel(HostName host) {
        return isBare(host) ? "" : host.getName().substring(0, host.getName().indexOf('.'));
    }

    /** Whether the address stands in the name's host part, in decimal or hex, forwards or backwards. */
    static boolean containsAddress(HostName host, IpAddress ip) {
        String name = host.getName();
        String part = host.getDomain() == null
                ? name
                : name.substring(0, name.length() - host.getDomain().length());
        return ip.isIpv4() ? containsIpv4(part, (int) ip.low()) : containsIpv6(part, ip);
    }

    private static boolean containsIpv4(String part, int address) {
        List<Integer> octets = IntStream.range(0, OCTETS)
                .mapToObj(i -> (address >>> (Byte.SIZE * (OCTETS - 1 - i))) & 0xff)
                .toList();
        List<Integer> backwards = new ArrayList<>(octets);
        Collections.reverse(backwards);
        List<Integer> numbers = numbers(part);
        return Collections.indexOfSubList(numbers, octets) >= 0
                || Collections.indexOfSubList(numbers, backwards) >= 0
                // The last two octets alone are common in pools of one /16.
                || Collections.indexOfSubList(numbers, octets.subList(2, OCTETS)) >= 0
                || Collections.indexOfSubList(numbers, backwards.subList(0, 2)) >= 0
                || part.contains("%08x".formatted(address))
                || part.contains("%08x".formatted(Integer.reverseBytes(address)))
                || part.contains("%03d%03d%03d%03d".formatted(octets.toArray()))
                || part.contains(Integer.toUnsignedString(address));
    }

    /** The groups of the low half, or all 32 nibbles, in either order. */
    private static boolean containsIpv6(String part, IpAddress ip) {
        String nibbles = "%016x%016x".formatted(ip.high(), ip.low());
        String letters = part.replaceAll("[^0-9a-f]", "");
        if (letters.contains(nibbles)
                || letters.contains(new StringBuilder(nibbles).reverse().toString())) {
            return true;
        }
        List<String> groups = new ArrayList<>();
        Matcher matcher = HEX_GROUPS.matcher(part);
        while (matcher.find()) {
            groups.add(matcher.group().replaceFirst("^0+(?=.)", ""));
        }
        List<String> low = IntStream.range(0, OCTETS)
                .mapToObj(i -> Long.toHexString((ip.low() >>> (Short.SIZE * (OCTETS - 1 - i))) & 0xffff))
                .toList();
        List<String> shown = low.stream().dropWhile("0"::equals).toList();
        return shown.size() >= 2 && Collections.indexOfSubList(groups, shown) >= 0;
    }

    private static List<Integer> numbers(String part) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(part);
        while (matcher.find()) {
            String digits = matcher.group().replaceFirst("^0+(?=.)", "");
            numbers.add(digits.length() <= 3 ? Integer.parseInt(digits) : -1);
        }
        return numbers;
    }

    /** Whether the domain's own label is a word of the network's name, as in ovh.net and OVH. */
    private static boolean isNetworksOwn(HostName host, @Nullable OriginNetwork network) {
        if (network == null || host.getDomain() == null) {
            return false;
        }
        String label = host.getDomain().substring(0, host.getDomain().indexOf('.'));
        String holder = network.getName().toLowerCase(Locale.ROOT);
        return label.length() >= 3
                && (List.of(holder.split("[^a-z0-9]+", -1)).contains(label)
                        || holder.replaceAll("[^a-z0-9]", "").equals(label.replace("-", "")));
    }
}
