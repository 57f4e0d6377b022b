package io.kafkasend.security.header;

import java.util.List;
import java.util.Set;

/** Names of HTTP headers: their grammar, and those that never cross the portal in either direction. */
public final class HeaderNames {
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    /** Framing and connection (RFC 9110, 7.6.1; RFC 9112, 6 and 7): each hop's own business. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What Camel and its Kafka component take for instructions, in any letter case and punctuation (CVE-2025-27636). */
    private static final List<String> CAMEL_PREFIXES = List.of("camel", "org-apache-camel", "kafka-");

    private HeaderNames() {}

    /** Whether the name is a token as RFC 9110, section 5.6.2 has it: ASCII, not empty, no spaces or delimiters. */
    public static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isAlphanumeric(name.charAt(i)) && TOKEN_PUNCTUATION.indexOf(name.charAt(i)) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Lower-cases A to Z and nothing else, whatever the machine's locale. */
    static String lowerCase(String name) {
        char[] out = name.toCharArray();
        for (int i = 0; i < out.length; i++) {
            if (out[i] >= 'A' && out[i] <= 'Z') {
                out[i] += 'a' - 'A';
            }
        }
        return new String(out);
    }

    /** The name as CGI and its heirs see it, to which {@code X_Forwarded_For} is {@code X-Forwarded-For}. */
    static String canonical(String name) {
        char[] out = lowerCase(name).toCharArray();
        for (int i = 0; i < out.length; i++) {
            if (!isAlphanumeric(out[i])) {
                out[i] = '-';
            }
        }
        return new String(out);
    }

    /** Whether the header is never forwarded, be it of a request or a response. */
    static boolean isForbiddenEverywhere(String name) {
        String canonical = canonical(name);
        return HOP_BY_HOP.contains(canonical)
                || canonical.equals("authorization")
                || canonical.startsWith("proxy-")
                || startsWithAny(canonical, CAMEL_PREFIXES);
    }

    static boolean startsWithAny(String name, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
