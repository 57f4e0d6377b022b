package io.kafkasend.security.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    private static final String HOST = "api.example.com";

    private final AddressPolicy whenPublic = policy("93.184.216.34", "2606:4700::1111");
    private final AddressPolicy whenPrivate = policy("10.1.2.3");

    @ParameterizedTest
    @CsvSource({
        "93.184.216.34, PUBLIC",
        "172.32.0.1, PUBLIC",
        "100.128.0.1, PUBLIC",
        "10.0.0.1, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.31.255.254, PRIVATE",
        "192.168.0.1, PRIVATE",
        "100.64.0.1, PRIVATE",
        "100.127.255.255, PRIVATE",
        "127.0.0.1, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "169.254.0.1, LINK_LOCAL",
        "169.254.169.254, METADATA",
        "169.254.170.2, METADATA",
        "169.254.170.23, METADATA",
        "100.100.100.200, METADATA",
        "168.63.129.16, METADATA",
        "192.0.0.192, METADATA",
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "224.0.0.1, MULTICAST",
        "240.0.0.1, RESERVED",
        "255.255.255.255, MULTICAST",
        "192.0.0.1, RESERVED",
        "192.0.2.1, RESERVED",
        "192.88.99.1, RESERVED",
        "198.19.0.1, RESERVED",
        "198.51.100.1, RESERVED",
        "203.0.113.1, RESERVED",
        "2606:4700::1111, PUBLIC",
        "::, UNSPECIFIED",
        "::1, LOOPBACK",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "fc00::1, PRIVATE",
        "fd12:3456::1, PRIVATE",
        "fec0::1, PRIVATE",
        "64:ff9b:1::1, PRIVATE",
        "fd00:ec2::254, METADATA",
        "fd00:ec2::23, METADATA",
        "fd20:ce::254, METADATA",
        "ff02::1, MULTICAST",
        "100::1, RESERVED",
        "2001:db8::1, RESERVED",
        "2001:2::1, RESERVED",
        "3fff::1, RESERVED",
        "::ffff:10.0.0.1, PRIVATE",
        "::127.0.0.1, LOOPBACK",
        "::ffff:0:10.0.0.1, PRIVATE",
        "64:ff9b::169.254.169.254, METADATA",
        "64:ff9b::93.184.216.34, PUBLIC",
        "2002:7f00:1::, LOOPBACK",
        "2002:5db8:d822::, PUBLIC",
        "2001:0:7f00:1::1, LOOPBACK",
        "2001:0:5db8:d822::f5ff:fffe, PRIVATE",
        "2001:0:5db8:d822::a247:27dd, PUBLIC",
        "2606:4700::5efe:10.0.0.1, PRIVATE",
        "2606:4700::200:5efe:10.0.0.1, PRIVATE",
    })
    void classifiesAddresses(String address, AddressKind kind) {
        // Given
        byte[] bytes = address.contains(":")
                ? AddressLiteral.ipv6(address).orElseThrow()
                : AddressLiteral.ipv4(AddressLiteral.numbers(address).orElseThrow())
                        .get(0);

        // Then
        assertThat(AddressKind.of(bytes)).isEqualTo(kind);
        assertThat(AddressKind.of(address(address))).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1:2",
                "::1::",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "g::",
                "::1.2.3.x",
                "::1.2.3.4:5",
                "::1.2.3.4.5"
            })
    void doesNotTakeOtherTextForAnIpv6Address(String text) {
        assertThat(AddressLiteral.ipv6(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "169.254.1.1", "fe80::1", "0.0.0.0", "224.0.0.1", "fd00:ec2::254"})
    void metadataAndLinkLocalAddressesAreAlwaysRefused(String address) {
        assertThat(violation(whenPublic, HOST, address).reason()).isEqualTo(Reason.ADDRESS_FORBIDDEN);
        assertThat(violation(whenPrivate, HOST, address).reason()).isEqualTo(Reason.ADDRESS_FORBIDDEN);
        assertThat(violation(policy(address), HOST, address)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "127.0.0.1", "::1", "fd12::1", "192.0.2.1", "64:ff9b::10.0.0.1"})
    void aHostThatWasPublicDoesNotBecomeInternal(String address) {
        assertThat(violation(whenPublic, HOST, address).detail()).contains("of kind");
        assertThat(violation(policy(), HOST, address)).isNotNull();
        assertThat(violation(whenPrivate, HOST, address)).isNull();
    }

    @Test
    void publicAddressesAreInOrder() {
        assertThat(violation(whenPublic, HOST, "1.1.1.1")).isNull();
        assertThat(violation(whenPrivate, HOST, "1.1.1.1")).isNull();
    }

    @Test
    void comparesHostsWithoutCaseBracketsAndTrailingDot() {
        // Given
        AddressPolicy literal = new AddressPolicy("[2606:4700::1111]", List.of(address("2606:4700::1111")));

        // Then
        assertThatCode(() -> whenPublic.check("API.example.com.", address("1.1.1.1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> literal.check("2606:4700::1111", address("2606:4700::1111")))
                .doesNotThrowAnyException();
    }

    @Test
    void everyOtherHostIsRefused() {
        assertThat(violation(whenPublic, "evil.example", "1.1.1.1").reason()).isEqualTo(Reason.ADDRESS_FORBIDDEN);
        assertThat(violation(whenPublic, null, "1.1.1.1")).isNotNull();
    }

    private static AddressPolicy policy(String... addresses) {
        return new AddressPolicy(
                HOST, Arrays.stream(addresses).map(AddressPolicyTest::address).toList());
    }

    private static PolicyViolation violation(AddressPolicy policy, String host, String address) {
        return catchThrowableOfType(PolicyViolation.class, () -> policy.check(host, address(address)));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
