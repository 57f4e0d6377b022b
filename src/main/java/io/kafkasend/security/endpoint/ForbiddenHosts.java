package io.kafkasend.security.endpoint;

import io.kafkasend.security.address.AddressKind;
import io.kafkasend.security.address.AddressLiteral;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds, in one reading of a path segment or query value, the name or address of an internal host: as the whole text, at
 * its start up to a slash, or as the host of a URL within it. A heuristic about what the API behind might fetch; the portal itself never connects to
 * anything that it names.
 *
 * <p>A URL's host is judged as a browser would read it. A whole text is judged more mildly, since it is more often an
 * identifier ({@code 2130706433}), a version ({@code 10.1}) or a date ({@code 10.01.2026}) than a host: numbers count
 * only as four with dots, or with a hexadecimal one, a port or a user beside them.
 */
final class ForbiddenHosts {
    private enum Place {
        WHOLE_TEXT,
        URL
    }

    private static final Set<String> NAMES = Set.of(
            "localhost",
            "localhost6",
            "ip6-localhost",
            "ip6-loopback",
            "instance-data",
            "metadata.goog",
            "kubernetes.default",
            "kubernetes.default.svc");

    private static final List<String> SUFFIXES =
            List.of(".localhost", ".localdomain", ".localdomain6", ".local", ".internal", ".intranet", ".home.arpa");

    /** Public names that resolve to whatever address one likes, or to loopback: made for DNS rebinding and tests. */
    private static final List<String> REBINDING = List.of(
            "nip.io", "sslip.io", "xip.io", "1u.ms", "rbndr.us", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com");

    /** Schemes whose URLs browsers read with a missing or superfluous slash. */
    private static final Set<String> WEB_SCHEMES = Set.of("http", "https", "ws", "wss", "ftp");

    /** Schemes that read files or speak to other protocols' servers. */
    private static final Set<String> FORBIDDEN_SCHEMES =
            Set.of("file", "gopher", "dict", "ldap", "ldaps", "jar", "netdoc", "tftp", "phar", "php", "expect", "unix");

    private static final Set<AddressKind> FORBIDDEN_AS_WHOLE_TEXT =
            EnumSet.of(AddressKind.LOOPBACK, AddressKind.PRIVATE, AddressKind.LINK_LOCAL, AddressKind.METADATA);

    private ForbiddenHosts() {}

    /**
     * What is wrong with a text, in a few words that quote nothing of it.
     *
     * @param reading one reading of a segment, a query key or a query value, look-alikes folded
     */
    static Optional<String> findIn(String reading) {
        String text = reading.strip().toLowerCase(Locale.ROOT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (isWord(text)) {
            // Most segments are: no dot, so no suffix; no colon, so no URL; and no number, so no address in any
            // notation.
            return NAMES.contains(text) ? Optional.of("an internal host") : Optional.empty();
        }
        if (isForbiddenAuthority(text, Place.WHOLE_TEXT, false)) {
            return Optional.of("an internal host");
        }
        if (isSlash(text, 0) && isSlash(text, 1) && leadsToForbiddenHost(text, 2, true)) {
            return Optional.of("a URL of an internal host");
        }
        for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
            Optional<String> found = findUrl(text, colon);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isWord(String text) {
        boolean number = true; // decimal, octal or hexadecimal, as far as one can tell
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                return false;
            }
            number &= c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c == 'x';
        }
        return !number;
    }

    private static Optional<String> findUrl(String text, int colon) {
        int start = colon;
        while (start > 0 && isSchemeCharacter(text.charAt(start - 1))) {
            start--;
        }
        String scheme = text.substring(start, colon);
        boolean oneSlash = isSlash(text, colon + 1);
        boolean twoSlashes = oneSlash && isSlash(text, colon + 2);
        if (oneSlash && FORBIDDEN_SCHEMES.contains(scheme)) {
            return Optional.of("a URL of a forbidden scheme");
        }
        boolean web = WEB_SCHEMES.contains(scheme);
        if ((twoSlashes || web && start == 0) && leadsToForbiddenHost(text, colon + 1, web)) {
            return Optional.of("a URL of an internal host");
        }
        return Optional.empty();
    }

    private static boolean leadsToForbiddenHost(String text, int from, boolean web) {
        int start = from;
        while (isSlash(text, start)) {
            start++;
        }
        // Up to a slash, whatever stands in between: parsers disagree on where '\', '?' and '#' end an authority.
        int end = start;
        while (end < text.length() && text.charAt(end) != '/' && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return isForbiddenAuthority(text.substring(start, end), Place.URL, web);
    }

    /** Judges every part of an authority that some parser may take for its host. */
    private static boolean isForbiddenAuthority(String authority, Place place, boolean web) {
        String[] parts = authority.split("@", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            int end = 0;
            while (end < part.length() && "/\\?#".indexOf(part.charAt(end)) < 0) {
                end++;
            }
            boolean dotless = web && i == parts.length - 1;
            if (isForbiddenHostAndPort(part.substring(0, end), place, parts.length > 1, dotless)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForbiddenHostAndPort(String text, Place place, boolean hasUser, boolean dotless) {
        int bracket = text.indexOf(']');
        if (text.startsWith("[") && bracket > 0) {
            return isForbiddenIpv6(text.substring(1, bracket), place);
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0 && isForbiddenIpv6(text, place)) {
            return true;
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.isEmpty()) {
            return false;
        }
        Optional<List<String>> numbers = AddressLiteral.numbers(host);
        if (numbers.isPresent()) {
            return isForbiddenIpv4(numbers.get(), place, hasUser || colon >= 0);
        }
        return isForbiddenName(host) || dotless && host.indexOf('.') < 0 && host.indexOf('%') < 0;
    }

    private static boolean isForbiddenName(String host) {
        return NAMES.contains(host)
                || SUFFIXES.stream().anyMatch(host::endsWith)
                || REBINDING.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
    }

    private static boolean isForbiddenIpv4(List<String> numbers, Place place, boolean looksLikeAuthority) {
        boolean manifest = numbers.size() == 4
                || numbers.size() > 1
                        && (looksLikeAuthority || numbers.stream().anyMatch(AddressLiteral::isHexadecimal));
        if (place == Place.WHOLE_TEXT && !manifest) {
            return false;
        }
        return AddressLiteral.ipv4(numbers).stream().anyMatch(address -> isForbidden(address, place));
    }

    private static boolean isForbiddenIpv6(String text, Place place) {
        return AddressLiteral.ipv6(text)
                .filter(address -> isForbidden(address, place))
                .isPresent();
    }

    private static boolean isForbidden(byte[] address, Place place) {
        AddressKind kind = AddressKind.of(address);
        if (place == Place.URL) {
            return kind != AddressKind.PUBLIC;
        }
        // Of 0.0.0.0/8 the zero alone: the rest are versions, such as 0.9.1.2.
        boolean zero = kind == AddressKind.UNSPECIFIED && address[address.length - 1] == 0;
        return zero || FORBIDDEN_AS_WHOLE_TEXT.contains(kind);
    }

    private static boolean isSlash(String text, int index) {
        return index < text.length() && (text.charAt(index) == '/' || text.charAt(index) == '\\');
    }

    private static boolean isSchemeCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
    }
}
