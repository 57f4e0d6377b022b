package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.SigningKey.Algorithm;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.SignatureCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    private static final RequestStart START = RequestStart.builder(JobId.random(), 0, Method.GET, "/a?b=ü")
            .headers(Map.of("A", "b"))
            .crc32(0L)
            .totalBytes(0L)
            .sha256("0".repeat(64))
            .timeoutSeconds(5)
            .build();

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void thePortalTakesWhatItSigns(Algorithm algorithm) throws Exception {
        // Given
        KeyPair pair = SigningKey.generate(algorithm);
        Path file = Files.writeString(directory.resolve("key"), SigningKey.pem(pair.getPrivate()));
        SigningKey key = SigningKey.read("reports", file);
        Map<String, ClientKey> known = Map.of("reports", ClientKey.ofPem(SigningKey.pem(pair.getPublic())));
        SignatureCheck check = new SignatureCheck(Duration.ofHours(1));
        MessageReader reader = new MessageReader();

        // When
        SignatureCheck.Signed start =
                check.verify(key.sign(START, 10, 20, "requests", 3).signature(), known);
        SignatureCheck.Signed cancel =
                check.verify(key.sign(new RequestCancel(START.jobId())).signature(), known);

        // Then
        assertThat(start.clientId()).isEqualTo("reports");
        assertThat(reader.readSigned(start.payload())).isEqualTo(SignedRequest.of(START, 10, 20, "requests", 3));
        assertThat(reader.readSigned(cancel.payload())).isEqualTo(SignedRequest.of(new RequestCancel(START.jobId())));
    }

    @Test
    void showsNothingOfTheKey() {
        assertThat(SigningKey.of(
                        "reports", SigningKey.generate(Algorithm.ED25519).getPrivate()))
                .hasToString("key of client reports");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "a b", "a/b", "ä"})
    void aNameIsOneThatAFileMayHave(String name) {
        assertThatThrownBy(() -> SigningKey.read(name, directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 letters, digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed448", "X25519"})
    void keysOfOtherKindsAreRefused(String kind) throws Exception {
        // Given
        Path file = Files.writeString(
                directory.resolve("key"),
                SigningKey.pem(
                        KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate()));

        // Then
        assertThatThrownBy(() -> SigningKey.read("a", file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(file.toString(), "of another kind", "kafkasend keygen");
    }

    @Test
    void whatIsNoKeyIsRefusedInOneLine() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("key"), "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n");

        // Then
        assertThatThrownBy(() -> SigningKey.read("a", file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no private key in PEM")
                .hasMessageNotContainingAny("\n", "b3Blbn");
        assertThatThrownBy(() -> SigningKey.read("a", directory.resolve("missing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }
}
