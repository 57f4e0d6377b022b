package io.kafkasend.protocol;

import java.util.Optional;

/** The HTTP methods (RFC 9110 §9, RFC 5789) that a job may ask for; names are case-sensitive. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
    HEAD,
    OPTIONS;

    /** The method of exactly this name. */
    public static Optional<Method> named(String name) {
        for (Method method : values()) {
            if (method.name().equals(name)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** Whether a request with this method may carry a body here; HEAD and OPTIONS may not. */
    public boolean mayHaveBody() {
        return this != HEAD && this != OPTIONS;
    }

    /** Whether repeating the request has the effect of making it once (RFC 9110 §9.2.2). */
    public boolean idempotent() {
        return this != POST && this != PATCH;
    }
}
