package io.kafkasend.security;

import java.util.List;
import java.util.Set;

/** Names of HTTP headers: their grammar, and those that never cross the portal in either direction. */
final class HeaderNames {
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
    static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars().allMatch(c -> isAlphanumeric((char) c) || TOKEN_PUNCTUATION.indexOf(c) >= 0);
    }

    /** Lower-cases A to Z and nothing else, whatever the machine's locale. */
    static String lowerCase(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            out.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
        }
        return out.toString();
    }

    /** The name as CGI and its heirs see it, to which {@code X_Forwarded_For} is {@code X-Forwarded-For}. */
    static String canonical(String name) {
        StringBuilder out = new StringBuilder(lowerCase(name));
        for (int i = 0; i < out.length(); i++) {
            if (!isAlphanumeric(out.charAt(i))) {
                out.setCharAt(i, '-');
            }
        }
        return out.toString();
    }

    /** Whether the header is never forwarded, be it of a request or a response. */
    static boolean isForbiddenEverywhere(String name) {
        String canonical = canonical(name);
        return HOP_BY_HOP.contains(canonical)
                || canonical.equals("authorization")
                || canonical.startsWith("proxy-")
                || CAMEL_PREFIXES.stream().anyMatch(canonical::startsWith);
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
