package io.kafkasend.security.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * What an IP address leads to, after the special-purpose registries of RFC 6890. An IPv6 address that carries an IPv4
 * address (IPv4-mapped and -compatible, SIIT, NAT64, 6to4, Teredo, ISATAP) is of the carried address's kind.
 */
public enum AddressKind {
    /** Routed on the Internet. */
    PUBLIC,
    /** RFC 1918, shared address space (RFC 6598), unique and site-local IPv6, local-use NAT64 (RFC 8215). */
    PRIVATE,
    /** 127.0.0.0/8 and ::1. */
    LOOPBACK,
    /** 169.254.0.0/16 and fe80::/10. */
    LINK_LOCAL,
    /** Where a cloud hands out credentials to its machines: 169.254.169.254 and its like. */
    METADATA,
    /** 0.0.0.0/8 and ::, which many systems take for the local host. */
    UNSPECIFIED,
    /** 224.0.0.0/4, ff00::/8, and 255.255.255.255, which reaches everybody too. */
    MULTICAST,
    /** Documentation, benchmarks, future use. */
    RESERVED;

    // AWS, GCP, Azure, OpenStack; ECS; EKS; Alibaba; Oracle; Azure's wire server; AWS, EKS and GCP over IPv6.
    private static final Set<String> METADATA_ADDRESSES = Set.of(
            "a9fea9fe",
            "a9feaa02",
            "a9feaa17",
            "646464c8",
            "c00000c0",
            "a83f8110",
            "fd000ec2000000000000000000000254",
            "fd000ec2000000000000000000000023",
            "fd2000ce000000000000000000000254");

    /**
     * Classifies an address. Pure: resolves nothing.
     *
     * @param address an IPv4 or IPv6 address
     * @return its kind
     */
    public static AddressKind of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * Whether no API lives there, whatever an operator configures.
     *
     * @return true for link-local, metadata, unspecified and multicast addresses
     */
    public boolean isNeverReached() {
        return switch (this) {
            case LINK_LOCAL, METADATA, UNSPECIFIED, MULTICAST -> true;
            case PUBLIC, PRIVATE, LOOPBACK, RESERVED -> false;
        };
    }

    /** As {@link #of(InetAddress)}, for 4 or 16 bytes in network order. */
    public static AddressKind of(byte[] address) {
        if (METADATA_ADDRESSES.contains(HexFormat.of().formatHex(address))) {
            return METADATA;
        }
        return address.length == 4 ? ofIpv4(address) : ofIpv6(address);
    }

    private static AddressKind ofIpv4(byte[] a) {
        if (in(a, 8, 0)) {
            return UNSPECIFIED;
        }
        if (in(a, 8, 127)) {
            return LOOPBACK;
        }
        if (in(a, 16, 169, 254)) {
            return LINK_LOCAL;
        }
        if (in(a, 8, 10) || in(a, 12, 172, 16) || in(a, 16, 192, 168) || in(a, 10, 100, 64)) {
            return PRIVATE;
        }
        if (in(a, 4, 224) || in(a, 32, 255, 255, 255, 255)) {
            return MULTICAST;
        }
        boolean reserved = in(a, 4, 240)
                || in(a, 24, 192, 0, 0)
                || in(a, 24, 192, 0, 2)
                || in(a, 24, 192, 88, 99)
                || in(a, 15, 198, 18)
                || in(a, 24, 198, 51, 100)
                || in(a, 24, 203, 0, 113);
        return reserved ? RESERVED : PUBLIC;
    }

    private static AddressKind ofIpv6(byte[] a) {
        if (in(a, 128, new int[16])) {
            return UNSPECIFIED;
        }
        if (in(a, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)) {
            return LOOPBACK;
        }
        if (in(a, 10, 0xfe, 0x80)) {
            return LINK_LOCAL;
        }
        if (in(a, 7, 0xfc) || in(a, 10, 0xfe, 0xc0)) {
            return PRIVATE;
        }
        if (in(a, 48, 0, 0x64, 0xff, 0x9b, 0, 1)) {
            return ofLocalNat64(a);
        }
        if (in(a, 8, 0xff)) {
            return MULTICAST;
        }
        if (carriesIpv4InItsLastBytes(a)) {
            return of(Arrays.copyOfRange(a, 12, 16));
        }
        if (in(a, 16, 0x20, 0x02)) {
            return of(Arrays.copyOfRange(a, 2, 6));
        }
        if (in(a, 32, 0x20, 0x01, 0, 0)) {
            return ofTeredo(a);
        }
        boolean reserved = in(a, 64, 1, 0, 0, 0, 0, 0, 0, 0)
                || in(a, 23, 0x20, 0x01, 0)
                || in(a, 32, 0x20, 0x01, 0x0d, 0xb8)
                || in(a, 20, 0x3f, 0xff, 0);
        return reserved ? RESERVED : PUBLIC;
    }

    private static boolean carriesIpv4InItsLastBytes(byte[] a) {
        boolean compatible = in(a, 96, new int[12]);
        boolean mapped = in(a, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
        boolean siit = in(a, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0);
        boolean nat64 = in(a, 96, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0);
        boolean isatap = (a[8] == 0 || a[8] == 2) && a[9] == 0 && a[10] == 0x5e && a[11] == (byte) 0xfe;
        return compatible || mapped || siit || nat64 || isatap;
    }

    /** RFC 4380: the server in the clear, the client's address inverted. The worse of the two counts. */
    private static AddressKind ofTeredo(byte[] a) {
        AddressKind server = of(Arrays.copyOfRange(a, 4, 8));
        byte[] client = Arrays.copyOfRange(a, 12, 16);
        for (int i = 0; i < client.length; i++) {
            client[i] = (byte) ~client[i];
        }
        AddressKind kind = of(client);
        return server == PUBLIC || kind.isNeverReached() ? kind : server;
    }

    /** RFC 8215: where the IPv4 address stands in it, the network's owner has chosen (RFC 6052, section 2.2). */
    private static AddressKind ofLocalNat64(byte[] a) {
        int[][] places = {{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}};
        for (int[] place : places) {
            byte[] carried = {a[place[0]], a[place[1]], a[place[2]], a[place[3]]};
            AddressKind kind = of(carried);
            if (kind == METADATA || kind == LINK_LOCAL) {
                return kind;
            }
        }
        return PRIVATE;
    }

    private static boolean in(byte[] address, int prefixBits, int... network) {
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
