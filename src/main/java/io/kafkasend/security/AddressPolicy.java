package io.kafkasend.security;

import io.kafkasend.security.PolicyViolation.Reason;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;

/**
 * To which addresses the portal connects: those of the one configured host, and never to where no API lives. Guards
 * against DNS rebinding: a host that was public when the portal started does not become internal later. To be asked on
 * every resolution, by the HTTP client's own resolver, so that the vetted address is the one connected to. Immutable,
 * thread-safe.
 */
public final class AddressPolicy {
    private final String host;
    private final boolean internal;

    /**
     * A policy for one host.
     *
     * @param host the configured API's host name or address literal, in any letter case
     * @param atStart the addresses it resolved to when the portal started. If any of them is not public, the operator
     *     means an internal host, and private and loopback addresses are in order. If empty, only public ones are
     */
    public AddressPolicy(String host, Collection<InetAddress> atStart) {
        this.host = canonical(Objects.requireNonNull(host, "host"));
        this.internal = atStart.stream().anyMatch(address -> AddressKind.of(address) != AddressKind.PUBLIC);
    }

    /**
     * Refuses an address that the portal must not connect to: link-local, metadata, unspecified and multicast addresses
     * always; private, loopback and reserved ones if the host was public at start; any address of another host.
     *
     * @param host the name that was resolved
     * @param address one of the addresses that it resolved to
     * @throws PolicyViolation with {@link Reason#ADDRESS_FORBIDDEN} if the address is refused
     */
    public void check(String host, InetAddress address) throws PolicyViolation {
        if (host == null || !canonical(host).equals(this.host)) {
            throw new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "a host other than the configured one");
        }
        AddressKind kind = AddressKind.of(address);
        boolean accepted =
                switch (kind) {
                    case PUBLIC -> true;
                    case PRIVATE, LOOPBACK, RESERVED -> internal;
                    case LINK_LOCAL, METADATA, UNSPECIFIED, MULTICAST -> false;
                };
        if (!accepted) {
            throw new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "the host resolves to an address of kind " + kind);
        }
    }

    private static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
