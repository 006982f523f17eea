package org.snowtrack.topologies.range;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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

    private static final HexFormat HEX = HexFormat.of();
    private static final int OCTETS = 4;

    /** More than any octet. */
    private static final int NO_OCTET = 1000;

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
        // The last two octets alone are common in pools of one /16.
        return containsNumbers(part, (address >>> Byte.SIZE) & 0xff, address & 0xff)
                || part.contains(HEX.toHexDigits(address))
                || part.contains(HEX.toHexDigits(Integer.reverseBytes(address)))
                || part.contains(inDigitsOfThree(address))
                || part.contains(Integer.toUnsignedString(address));
    }

    /** Whether two of the numbers in a text follow each other so, or the other way round. */
    private static boolean containsNumbers(String part, int one, int other) {
        int previous = NO_OCTET;
        int at = 0;
        while (at < part.length()) {
            if (!isDigit(part.charAt(at))) {
                at++;
                continue;
            }
            int number = 0;
            for (; at < part.length() && isDigit(part.charAt(at)); at++) {
                number = Math.min(NO_OCTET, 10 * number + part.charAt(at) - '0');
            }
            if ((previous == one && number == other) || (previous == other && number == one)) {
                return true;
            }
            previous = number;
        }
        return false;
    }

    private static String inDigitsOfThree(int address) {
        StringBuilder digits = new StringBuilder(3 * OCTETS);
        for (int i = OCTETS - 1; i >= 0; i--) {
            int octet = (address >>> (Byte.SIZE * i)) & 0xff;
            digits.append(octet / 100).append(octet / 10 % 10).append(octet % 10);
        }
        return digits.toString();
    }

    /** The groups of the low half, or all 32 nibbles, in either order. */
    private static boolean containsIpv6(String part, IpAddress ip) {
        StringBuilder digits = new StringBuilder(part.length());
        List<String> groups = new ArrayList<>();
        int at = 0;
        while (at < part.length()) {
            int end = at;
            while (end < part.length() && isHexDigit(part.charAt(end))) {
                end++;
            }
            if (end > at) {
                digits.append(part, at, end);
                groups.add(withoutLeadingZeros(part.substring(at, end)));
            }
            at = end + 1;
        }
        String nibbles = HEX.toHexDigits(ip.high()) + HEX.toHexDigits(ip.low());
        if (digits.indexOf(nibbles) >= 0
                || digits.indexOf(new StringBuilder(nibbles).reverse().toString()) >= 0) {
            return true;
        }
        List<String> low = IntStream.range(0, OCTETS)
                .mapToObj(i -> Long.toHexString((ip.low() >>> (Short.SIZE * (OCTETS - 1 - i))) & 0xffff))
                .toList();
        List<String> shown = low.stream().dropWhile("0"::equals).toList();
        return shown.size() >= 2 && Collections.indexOfSubList(groups, shown) >= 0;
    }

    private static String withoutLeadingZeros(String digits) {
        int first = 0;
        while (first < digits.length() - 1 && digits.charAt(first) == '0') {
            first++;
        }
        return digits.substring(first);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHexDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f');
    }

    /** Whether the domain's own label is a word of the network's name, as in ovh.net and OVH. */
    private static boolean isNetworksOwn(HostName host, @Nullable OriginNetwork network) {
        if (network == null || host.getDomain() == null) {
            return false;
        }
        String label = host.getDomain().substring(0, host.getDomain().indexOf('.'));
        if (label.length() < 3) {
            return false;
        }
        String holder = network.getName().toLowerCase(Locale.ROOT);
        StringBuilder word = new StringBuilder();
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < holder.length(); i++) {
            char c = holder.charAt(i);
            if (isDigit(c) || (c >= 'a' && c <= 'z')) {
                word.append(c);
                words.append(c);
            } else if (label.contentEquals(word)) {
                return true;
            } else {
                word.setLength(0);
            }
        }
        return label.contentEquals(word) || label.replace("-", "").contentEquals(words);
    }
}
