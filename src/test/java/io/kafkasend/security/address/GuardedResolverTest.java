package io.kafkasend.security.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.security.PolicyViolation;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedResolverTest {
    private static final String HOST = "api.example.com";
    private static final String PUBLIC = "93.184.216.34";

    private final ScriptedNames names = new ScriptedNames();
    private final List<String> refused = new ArrayList<>();

    private GuardedResolver resolver(String... inTurn) {
        names.host(HOST, inTurn);
        return new GuardedResolver(HOST, names, (address, violation) -> refused.add(address.getHostAddress()));
    }

    private static List<String> resolved(GuardedResolver resolver) throws UnknownHostException {
        return Arrays.stream(resolver.resolve(HOST))
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void handsOnWhatAPublicHostResolvesToAndNothingElse() throws Exception {
        // Given
        GuardedResolver resolver = resolver(PUBLIC, PUBLIC, "1.1.1.1 2606:4700:0:0:0:0:0:1111");

        // When // Then
        assertThat(resolver.examine()).isTrue();
        assertThat(resolved(resolver)).containsExactly(PUBLIC);
        assertThat(resolved(resolver)).containsExactly("1.1.1.1", "2606:4700:0:0:0:0:0:1111");
        assertThat(resolver.resolve(HOST, 443)).allMatch(address -> address.getPort() == 443);
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "198.18.0.1",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::",
                "2001:0:7f00:1::1"
            })
    void refusesWhatAPublicHostIsReboundTo(String inside) throws Exception {
        // Given
        GuardedResolver resolver = resolver(PUBLIC, PUBLIC, inside, PUBLIC);
        resolver.examine();
        resolved(resolver);

        // When // Then
        assertThatThrownBy(() -> resolver.resolve(HOST))
                .isInstanceOf(AddressRefusedException.class)
                .hasMessageStartingWith("the host resolves to an address of kind ");
        assertThat(refused).hasSize(1);
        assertThat(resolved(resolver)).containsExactly(PUBLIC);
    }

    @Test
    void dropsTheRefusedOfSeveralAddresses() throws Exception {
        // Given
        GuardedResolver resolver = resolver(PUBLIC, "127.0.0.1 " + PUBLIC + " 169.254.169.254");
        resolver.examine();

        // When // Then
        assertThat(resolved(resolver)).containsExactly(PUBLIC);
        assertThat(refused).containsExactly("127.0.0.1", "169.254.169.254");
    }

    @Test
    void refusesAllOfSeveralAddressesWhereEachIsInside() throws Exception {
        // Given
        GuardedResolver resolver = resolver(PUBLIC, "127.0.0.1 10.0.0.1");
        resolver.examine();

        // When // Then
        assertThatThrownBy(() -> resolver.resolve(HOST)).isInstanceOf(AddressRefusedException.class);
        assertThat(refused).containsExactly("127.0.0.1", "10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "10.0.0.1 " + PUBLIC, "fd12::1", "203.0.113.1"})
    void letsAHostThatWasInternalBeInternal(String atStart) throws Exception {
        // Given
        GuardedResolver resolver = resolver(atStart, "192.168.0.1", "169.254.169.254 192.168.0.1", "fe80::1");
        resolver.examine();

        // When // Then
        assertThat(resolved(resolver)).containsExactly("192.168.0.1");
        assertThat(resolved(resolver)).containsExactly("192.168.0.1");
        assertThatThrownBy(() -> resolver.resolve(HOST)).isInstanceOf(AddressRefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.1.1",
                "fd00:ec2::254",
                "100.100.100.200",
                "fe80::1",
                "0.0.0.0",
                "255.255.255.255",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::169.254.169.254",
                "64:ff9b:1:a9fe:a9:fe00::",
                "2001:0:7f00:1::5601:5601",
                PUBLIC + " 169.254.169.254"
            })
    void doesNotStartWithAHostThatResolvesToWhereNoApiLives(String atStart) {
        // Given
        GuardedResolver resolver = resolver(atStart);

        // When // Then
        assertThatThrownBy(resolver::examine).isInstanceOf(PolicyViolation.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "169.254.43518",
                "[fd00:ec2::254]",
                "[::ffff:169.254.169.254]",
                "[64:ff9b::a9fe:a9fe]",
                "0",
                "metadata.google.internal",
                "METADATA.GOOGLE.INTERNAL.",
                "metadata.goog",
                "instance-data.ec2.internal"
            })
    void doesNotStartWithAHostThatIsSuchByItsNameAndAsksNobody(String host) {
        // Given
        GuardedResolver resolver = new GuardedResolver(host, names, (address, violation) -> {});

        // When // Then
        assertThatThrownBy(resolver::examine).isInstanceOf(PolicyViolation.class);
        assertThat(names.lookups(host)).isZero();
    }

    @Test
    void aHostWithoutAddressAtStartIsDecidedOnByTheFirstThatItHas() throws Exception {
        // Given
        GuardedResolver inside = resolver("", "", "10.0.0.1", PUBLIC, "127.0.0.1");

        // When // Then
        assertThat(inside.examine()).isFalse();
        assertThatThrownBy(() -> inside.resolve(HOST)).isExactlyInstanceOf(UnknownHostException.class);
        assertThat(resolved(inside)).containsExactly("10.0.0.1");
        assertThat(resolved(inside)).containsExactly(PUBLIC);
        assertThat(resolved(inside)).containsExactly("127.0.0.1");
    }

    @Test
    void aFirstAnswerThatIsRefusedDecidesNothing() throws Exception {
        // Given
        GuardedResolver resolver = resolver("", "169.254.169.254", PUBLIC, "127.0.0.1");
        resolver.examine();

        // When // Then
        assertThatThrownBy(() -> resolver.resolve(HOST)).isInstanceOf(AddressRefusedException.class);
        assertThat(resolved(resolver)).containsExactly(PUBLIC);
        assertThatThrownBy(() -> resolver.resolve(HOST)).isInstanceOf(AddressRefusedException.class);
    }

    @Test
    void resolvesNoOtherHost() {
        // Given
        GuardedResolver resolver = resolver(PUBLIC);

        // When // Then
        assertThatThrownBy(() -> resolver.resolve("evil.example")).isInstanceOf(AddressRefusedException.class);
        assertThat(names.lookups("evil.example")).isZero();
        assertThat(resolver.resolveCanonicalHostname(HOST)).isEqualTo(HOST);
    }

    @Test
    void tellsTheClientOfTheResolverNoAddress() throws Exception {
        // Given
        GuardedResolver resolver = resolver(PUBLIC, "10.1.2.3");
        resolver.examine();

        // When // Then
        assertThatThrownBy(() -> resolver.resolve(HOST)).hasMessageNotContaining("10.1.2.3");
    }

    @Test
    void theMachinesOwnNameServiceReadsLiterals() throws Exception {
        assertThat(NameService.system().addresses("127.0.0.1"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.0.0.1");
    }
}
