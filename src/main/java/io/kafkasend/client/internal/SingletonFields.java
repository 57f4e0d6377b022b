package io.kafkasend.client.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Header fields whose values may not be joined by a comma (RFC 9110 §5.3), since each has one value by its definition. A field
 * that is not known here is taken for a list.
 */
public final class SingletonFields {
    private static final Set<String> NAMES = Set.of(
            "access-control-request-method",
            "age",
            "authorization",
            "content-disposition",
            "content-length",
            "content-location",
            "content-md5",
            "content-range",
            "content-type",
            "date",
            "etag",
            "expires",
            "from",
            "host",
            "idempotency-key",
            "if-modified-since",
            "if-range",
            "if-unmodified-since",
            "last-modified",
            "location",
            "max-forwards",
            "origin",
            "proxy-authorization",
            "range",
            "referer",
            "retry-after",
            "server",
            "set-cookie",
            "traceparent",
            "upgrade-insecure-requests",
            "user-agent");

    private SingletonFields() {}

    /**
     * Why a field may not be given a second value, in a line.
     *
     * @param name in any case
     * @return empty where it may
     */
    public static Optional<String> fault(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("cookie")) {
            return Optional.of(
                    "header " + name + " is given twice; it takes one value, with its cookies joined by \"; \"");
        }
        return NAMES.contains(lower)
                ? Optional.of("header " + name + " is given twice; it takes one value")
                : Optional.empty();
    }
}
