package io.kafkasend.oauth;

import java.time.Duration;
import java.util.Optional;

/** Hears how each request to the token server ended. Implementations are thread-safe, and return soon. */
@FunctionalInterface
public interface TokenRequestListener {
    /**
     * A request has ended.
     *
     * @param failure why there is no token; empty where there is one
     * @param lasted how long it took
     */
    void ended(Optional<TokenException.Kind> failure, Duration lasted);
}
