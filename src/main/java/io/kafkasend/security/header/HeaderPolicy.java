package io.kafkasend.security.header;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which headers of a client's request reach the API: those that the operator lists, and that are harmless. Immutable,
 * thread-safe.
 *
 * <p>Never passed on, listed or not: credentials and cookies, framing and hop-by-hop headers, the portal's own
 * {@code Idempotency-Key}, Camel's control headers, {@code Via}, and what servers believe since a proxy sets it: who the
 * client is and where it came from, {@code Host}, and whatever overrides method, scheme or path ({@code Forwarded-For},
 * {@code X-Real-IP}, {@code Base-Url}, {@code _method}, {@code X-SSL-Client-DN}, {@code CF-*} and many more). To this end
 * {@code _} and every other punctuation counts as {@code -}, as it does to CGI.
 *
 * <p>Also dropped: names that are no RFC 9110 tokens; values with control characters other than HTAB, with characters
 * outside ASCII, or of more than {@value #MAX_VALUE_LENGTH} characters; and <em>all</em> of several allowed headers whose
 * names differ only in case or punctuation.
 */
public final class HeaderPolicy {
    /** The default of PORTAL_ALLOWED_HEADERS. */
    public static final String DEFAULT = "Content-Type,Accept,Accept-Encoding,Accept-Language,If-Match,If-None-Match,"
            + "If-Modified-Since,If-Unmodified-Since,Range,traceparent,X-Request-ID,X-Correlation-ID";

    /** Greatest length of a header's value, in characters. */
    public static final int MAX_VALUE_LENGTH = 8192;

    private static final Set<String> FORBIDDEN =
            Set.of("cookie", "cookie2", "idempotency-key", "set-cookie", "via", "x-idempotency-key");

    private final HeaderFilter filter;

    /**
     * A policy.
     *
     * @param allowList names separated by commas, in any letter case, spaces around them ignored; a name that ends in
     *     {@code *} stands for all that start so; empty or null allows nothing. Entries that can never take effect are
     *     no error: see {@link #uselessEntries()}
     */
    public HeaderPolicy(String allowList) {
        this(allowList, name -> false);
    }

    /**
     * A policy that forbids more.
     *
     * @param secret which further names never pass, listed or not
     */
    public HeaderPolicy(String allowList, Predicate<String> secret) {
        this.filter = new HeaderFilter(
                allowList, name -> isForbidden(name) || secret.test(name), name -> false, '~', MAX_VALUE_LENGTH);
    }

    /**
     * Sorts a request's headers into those that may be sent to the API and those that may not. Throws nothing, whatever
     * the names and values are; null names and values are dropped.
     *
     * @param headers names and values as the client sent them; null counts as none
     * @return what may pass, its values without leading and trailing space, and the names of the rest
     */
    public FilteredHeaders filter(Map<String, String> headers) {
        return filter.filter(headers);
    }

    /**
     * Entries of the allow-list that can never take effect, for a warning at start: forbidden names, names that are no
     * tokens, and a star on its own.
     *
     * @return the entries, escaped and cut, in the order of the list
     */
    public List<String> uselessEntries() {
        return filter.useless();
    }

    /** Entries that take effect, in lower case and in order; one that ends in a star stands for all that start so. */
    public List<String> entries() {
        return filter.entries();
    }

    /** Entries, in lower case, of which nothing passes another policy, likewise. */
    public List<String> entriesBeyond(HeaderPolicy other) {
        return filter.beyond(other.filter);
    }

    private static boolean isForbidden(String name) {
        String canonical = HeaderNames.canonical(name);
        return HeaderNames.isForbiddenEverywhere(name) || FORBIDDEN.contains(canonical) || ProxyHeaders.has(canonical);
    }
}
