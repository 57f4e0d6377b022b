package io.kafkasend.portal.connect;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * A destination to which a connection was made and closed, without a request. Immutable.
 *
 * @param address where it was connected to
 * @param proxy whether that is a proxy, behind which nothing was tried
 * @param protocol the version of TLS that was agreed on; empty without TLS
 * @param certifiedUntil when the server's certificate ends; empty without TLS
 */
public record Reached(
        InetSocketAddress address, boolean proxy, Optional<String> protocol, Optional<Instant> certifiedUntil) {
    /** One line. */
    @Override
    public String toString() {
        return (proxy ? "the proxy at " : "") + address.getAddress().getHostAddress() + " port " + address.getPort()
                + " takes connections" + protocol.map(version -> ", " + version).orElse("")
                + certifiedUntil
                        .map(end -> ", its certificate is good until " + end)
                        .orElse("");
    }
}
