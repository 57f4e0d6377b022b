package io.kafkasend.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientKeyTest {
    private static String pem(String label, Key key) {
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static KeyPairGenerator curve(String name) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name));
        return generator;
    }

    private static void isRefused(String pem, String why) {
        assertThatThrownBy(() -> ClientKey.ofPem(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("holds ")
                .hasMessageContaining(why)
                .hasMessageContaining("takes an Ed25519 or a P-256 public key in PEM")
                .hasMessageNotContainingAny("\n", "MII");
    }

    @Test
    void theKeyChoosesTheAlgorithm() throws Exception {
        assertThat(ClientKey.ofPem(pem(
                                "PUBLIC KEY",
                                KeyPairGenerator.getInstance("Ed25519")
                                        .generateKeyPair()
                                        .getPublic()))
                        .algorithm())
                .isEqualTo("EdDSA");
        assertThat(ClientKey.ofPem(pem(
                                "PUBLIC KEY",
                                curve("secp256r1").generateKeyPair().getPublic()))
                        .algorithm())
                .isEqualTo("ES256");
    }

    @Test
    void aPrivateKeyIsNoneForThePortal() throws Exception {
        isRefused(
                pem(
                        "PRIVATE KEY",
                        KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPrivate()),
                "a private key, which belongs to the client alone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed448", "X25519"})
    void keysOfOtherKindsAreRefused(String kind) throws Exception {
        isRefused(
                pem(
                        "PUBLIC KEY",
                        KeyPairGenerator.getInstance(kind).generateKeyPair().getPublic()),
                "a key of another kind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp384r1", "secp521r1"})
    void otherCurvesAreRefused(String name) throws Exception {
        isRefused(pem("PUBLIC KEY", curve(name).generateKeyPair().getPublic()), "another curve than P-256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh-ed25519 AAAA",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                "-----BEGIN PUBLIC KEY-----\nMII"
            })
    void whatIsNoPublicKeyIsRefused(String text) {
        isRefused(text, "no public key in PEM");
    }

    @Test
    void anEmptyFileIsToldSo() {
        assertThatThrownBy(() -> ClientKey.ofPem("\n")).hasMessageStartingWith("is empty, or cannot be read; it takes");
    }

    @Test
    void aDamagedKeyIsRefused() {
        isRefused("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\n-----END PUBLIC KEY-----\n", "a key of another kind");
        isRefused("-----BEGIN PUBLIC KEY-----\nM\n-----END PUBLIC KEY-----\n", "cut or damaged");
    }
}
