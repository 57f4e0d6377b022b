package io.kafkasend.tls;

import static io.kafkasend.tls.TestAuthority.keys;
import static io.kafkasend.tls.TestAuthority.pem;
import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");

    @TempDir
    private Path directory;

    @Test
    void readsAChainInItsOrder() throws Exception {
        // Given
        TestAuthority.Issued issued = AUTHORITY.issue("portal");
        Path file = write(
                directory,
                "chain.pem",
                "subject=CN=portal\r\n" + issued.certificates().replace("\n", "\r\n"));

        // When // Then
        assertThat(PemFiles.certificates(file)).isEqualTo(issued.chain());
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "RSA, 3072", "EC, 256", "EC, 384"})
    void readsAPrivateKey(String algorithm, int bits) throws Exception {
        // Given
        KeyPair pair = keys(algorithm, bits);
        Path file =
                write(directory, "key.pem", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

        // When // Then
        assertThat(PemFiles.privateKey(file)).isEqualTo(pair.getPrivate());
    }

    @Test
    void readsKeyAndCertificatesOfOneFile() throws Exception {
        // Given
        TestAuthority.Issued issued = AUTHORITY.issue("portal");
        Path file = write(directory, "both.pem", issued.privateKey() + issued.certificates());

        // When // Then
        assertThat(PemFiles.privateKey(file)).isEqualTo(issued.key());
        assertThat(PemFiles.certificates(file)).isEqualTo(issued.chain());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RSA PRIVATE KEY | holds a private key in an older form (RSA PRIVATE KEY); it takes a PKCS#8 key",
                "EC PRIVATE KEY | holds a private key in an older form (EC PRIVATE KEY); it takes a PKCS#8 key",
                "OPENSSH PRIVATE KEY | holds a private key in an older form (OPENSSH PRIVATE KEY); it takes a PKCS#8",
                "ENCRYPTED PRIVATE KEY | holds an encrypted private key, and no passphrase is set for it",
                "PRIVATE KEY | holds a private key that is damaged, or neither RSA nor EC",
                "CERTIFICATE | holds no private key (-----BEGIN PRIVATE KEY-----)"
            })
    void saysWhatItTakesInsteadOfAnotherKey(String type, String fault) {
        // Given
        Path file = write(directory, "key.pem", pem(type, "canary".getBytes()));

        // When // Then
        assertThatThrownBy(() -> PemFiles.privateKey(file))
                .isInstanceOf(PemException.class)
                .hasMessageStartingWith(file + " " + fault);
    }

    @Test
    void refusesAnEncryptedKeyOfTheOldForm() {
        // Given
        Path file = write(
                directory,
                "key.pem",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
                        + "-----END RSA PRIVATE KEY-----\n");

        // When // Then
        assertThatThrownBy(() -> PemFiles.privateKey(file))
                .hasMessageStartingWith(file + " holds an encrypted private key in an older form");
    }

    @Test
    void refusesKeysOfOtherKindsAndTooShortOnes() {
        // Given
        Path edwards = write(
                directory,
                "ed.pem",
                pem("PRIVATE KEY", keys("Ed25519", 255).getPrivate().getEncoded()));
        Path shortRsa = write(
                directory,
                "short.pem",
                pem("PRIVATE KEY", keys("RSA", 1024).getPrivate().getEncoded()));

        // When // Then
        assertThatThrownBy(() -> PemFiles.privateKey(edwards))
                .hasMessage(edwards + " holds a private key that is damaged, or neither RSA nor EC");
        assertThatThrownBy(() -> PemFiles.privateKey(shortRsa))
                .hasMessage(shortRsa + " holds an RSA key of 1024 bits; it takes 2048 or more");
    }

    @Test
    void refusesTwoKeysInOneFile() {
        // Given
        String key = AUTHORITY.issue("portal").privateKey();
        Path file = write(directory, "two.pem", key + key);

        // When // Then
        assertThatThrownBy(() -> PemFiles.privateKey(file))
                .hasMessage(file + " holds more than one private key; it takes one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN CERTIFICATE-----\nAAAA\n",
                "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----"
            })
    void refusesABlockThatDoesNotEnd(String text) {
        // Given
        Path file = write(directory, "cut.pem", text);

        // When // Then
        assertThatThrownBy(() -> PemFiles.certificates(file))
                .hasMessage(file + " holds a block that does not end, or is damaged");
    }

    @Test
    void countsToTheDamagedCertificate() {
        // Given
        Path file = write(directory, "ca.pem", AUTHORITY.pem() + pem("CERTIFICATE", "canary".getBytes()));

        // When // Then
        assertThatThrownBy(() -> PemFiles.certificates(file))
                .hasMessage(file + " holds a damaged certificate (number 2)");
    }

    @Test
    void namesTheFileThatIsMissingEmptyOrTooLarge() {
        // Given
        Path missing = directory.resolve("missing.pem");
        Path empty = write(directory, "empty.pem", "");
        Path large = write(directory, "large.pem", "x".repeat(PemFiles.MAX_BYTES + 1));

        // When // Then
        assertThatThrownBy(() -> PemFiles.certificates(missing)).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> PemFiles.certificates(directory))
                .hasMessageStartingWith(directory + " cannot be read (");
        assertThatThrownBy(() -> PemFiles.certificates(empty))
                .hasMessage(empty + " holds no certificate (-----BEGIN CERTIFICATE-----)");
        assertThatThrownBy(() -> PemFiles.privateKey(large)).hasMessage(large + " is larger than 1048576 bytes");
    }
}
