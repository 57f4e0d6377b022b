package io.kafkasend.security.address;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * To which addresses the portal connects: those of the one configured host, and never to where no API lives. Guards
 * against DNS rebinding: a host that was public when the portal started does not become internal later. To be asked on
 * every resolution, by the HTTP client's own resolver, so that the vetted address is the one connected to. Immutable,
 * thread-safe.
 */
public final class AddressPolicy {
    /** Names under which clouds and their kin hand out credentials; each resolves within such a cloud only. */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata.google.internal",
            "metadata.goog",
            "instance-data",
            "instance-data.ec2.internal",
            "metadata.azure.internal",
            "metadata.azure.com",
            "metadata.tencentyun.com",
            "metadata.oraclecloud.com",
            "metadata.platformequinix.com",
            "metadata.packet.net",
            "rancher-metadata");

    private final String host;
    private final boolean internal;

    /**
     * A policy for one host.
     *
     * @param host the configured API's host name or address literal, in any letter case
     * @param atStart the addresses it resolved to when the portal started. If any of them is private, loopback or reserved,
     *     the operator means an internal host, and such addresses are in order. If none is, only public ones are
     */
    public AddressPolicy(String host, Collection<InetAddress> atStart) {
        this.host = canonical(Objects.requireNonNull(host, "host"));
        this.internal = atStart.stream()
                .map(AddressKind::of)
                .anyMatch(kind -> kind != AddressKind.PUBLIC && !kind.isNeverReached());
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
            throw otherHost();
        }
        checkEver(address);
        AddressKind kind = AddressKind.of(address);
        if (kind != AddressKind.PUBLIC && !internal) {
            throw ofKind(kind);
        }
    }

    /**
     * Refuses an address where no API lives, whatever the operator configures: link-local, metadata, unspecified and
     * multicast ones.
     *
     * @param address an address of the configured host
     * @throws PolicyViolation with {@link Reason#ADDRESS_FORBIDDEN} if it is such
     */
    public static void checkEver(InetAddress address) throws PolicyViolation {
        AddressKind kind = AddressKind.of(address);
        if (kind.isNeverReached()) {
            throw ofKind(kind);
        }
    }

    /**
     * Refuses a host that is never connected to, without looking it up: a metadata service by one of its names, or a literal
     * of an address that {@link #checkEver} refuses, however it is written.
     *
     * @param host a host as it stands in a URL
     * @throws PolicyViolation with {@link Reason#ADDRESS_FORBIDDEN} if it is such
     */
    public static void checkHost(String host) throws PolicyViolation {
        String name = canonical(host);
        if (METADATA_NAMES.contains(name)) {
            throw new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "the host is a cloud's metadata service");
        }
        List<byte[]> readings = new ArrayList<>();
        AddressLiteral.ipv6(name).ifPresent(readings::add);
        AddressLiteral.numbers(name).map(AddressLiteral::ipv4).ifPresent(readings::addAll);
        for (byte[] reading : readings) {
            AddressKind kind = AddressKind.of(reading);
            if (kind.isNeverReached()) {
                throw new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "the host is an address of kind " + kind);
            }
        }
    }

    static PolicyViolation otherHost() {
        return new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "a host other than the configured one");
    }

    private static PolicyViolation ofKind(AddressKind kind) {
        return new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "the host resolves to an address of kind " + kind);
    }

    /** Lower case, without brackets and without the root's dot. */
    static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
