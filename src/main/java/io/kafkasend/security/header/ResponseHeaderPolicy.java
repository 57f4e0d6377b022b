package io.kafkasend.security.header;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which headers of the API's answer go back to the client: those that the operator lists, and that are harmless.
 * Immutable, thread-safe.
 *
 * <p>Never passed on, listed or not: framing and hop-by-hop headers (those that
 * {@code Connection} names are), {@code Authorization}, {@code Proxy-*} and Camel's
 * control headers. Cookies and challenges pass only if listed by their full name, not by a prefix. Names and values are
 * otherwise treated as by {@link HeaderPolicy}, except that values may have the characters U+0080 to U+00FF, as which
 * HTTP clients read RFC 9110's {@code obs-text}, and {@value #MAX_VALUE_LENGTH} characters.
 */
public final class ResponseHeaderPolicy {
    /** The default of PORTAL_ALLOWED_RESPONSE_HEADERS. */
    public static final String DEFAULT = "Content-Type,Content-Encoding,Content-Disposition,Content-Language,"
            + "Content-Range,Accept-Ranges,Allow,Cache-Control,Date,ETag,Expires,Last-Modified,Link,Location,Retry-After,Vary,"
            + "X-Request-ID,X-Correlation-ID,X-RateLimit-*,RateLimit,RateLimit-*";

    /** Greatest length of a header's value, in characters: as much as an answer's head may have at all. */
    public static final int MAX_VALUE_LENGTH = 131_072;

    private static final Set<String> ONLY_IF_NAMED =
            Set.of("set-cookie", "set-cookie2", "www-authenticate", "authentication-info");

    private final HeaderFilter filter;

    /**
     * A policy.
     *
     * @param allowList names separated by commas, as in {@link HeaderPolicy#HeaderPolicy(String)}
     */
    public ResponseHeaderPolicy(String allowList) {
        this.filter = new HeaderFilter(
                allowList,
                HeaderNames::isForbiddenEverywhere,
                name -> ONLY_IF_NAMED.contains(HeaderNames.canonical(name)),
                '\u00FF',
                MAX_VALUE_LENGTH);
    }

    /**
     * Sorts an answer's headers into those that may go back and those that may not. Throws nothing, whatever the names
     * and values are; null names and values are dropped.
     *
     * @param headers names and values as the API sent them, repeated headers already joined; null counts as none
     * @return what may pass, its values without leading and trailing space, and the names of the rest
     */
    public FilteredHeaders filter(Map<String, String> headers) {
        return filter.filter(headers);
    }

    /**
     * Entries of the allow-list that can never take effect, for a warning at start.
     *
     * @return the entries, escaped and cut, in the order of the list
     */
    public List<String> uselessEntries() {
        return filter.useless();
    }
}
