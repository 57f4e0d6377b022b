package io.kafkasend.oauth;

import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSecretTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"s\u00fc cret", "s\u00fc cret\n", "s\u00fc cret\r\n"})
    void leavesOutOneLineEndAfterTheSecret(String text) throws Exception {
        // Given
        Path file = write(directory, "secret", text);

        // When // Then
        assertThat(ClientSecret.read(file).value()).isEqualTo("s\u00fc cret");
    }

    @Test
    void takesTheLongestAndNoLonger() throws Exception {
        // Given
        Path longest = write(directory, "longest", "\u20ac".repeat(ClientCredentials.MAX_LENGTH) + "\n");
        Path tooLong = write(directory, "long", "x".repeat(ClientCredentials.MAX_LENGTH + 1) + "\n");

        // When // Then
        assertThat(ClientSecret.read(longest).value()).hasSize(4096);
        assertThatThrownBy(() -> ClientSecret.read(tooLong))
                .hasMessage(tooLong + " is unfit: client secret is longer than 4096 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "  \n"})
    void refusesAnEmptyFile(String text) {
        // Given
        Path file = write(directory, "secret", text);

        // When // Then
        assertThatThrownBy(() -> ClientSecret.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is unfit: client secret is missing");
    }

    @Test
    void namesTheFileAndShowsNothingOfIt() throws Exception {
        // Given
        Path lines = write(directory, "lines", "canary\n\n");
        Path binary = Files.write(directory.resolve("binary"), new byte[] {'c', (byte) 0xff, (byte) 0xfe});
        Path missing = directory.resolve("missing");

        // When // Then
        assertThatThrownBy(() -> ClientSecret.read(lines))
                .hasMessage(lines + " is unfit: client secret holds a control character (perhaps a line end after it)");
        assertThatThrownBy(() -> ClientSecret.read(binary)).hasMessage(binary + " is no text in UTF-8");
        assertThatThrownBy(() -> ClientSecret.read(missing)).hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> ClientSecret.read(directory)).hasMessageStartingWith(directory + " cannot be read (");
        assertThat(new ClientSecret("canary")).hasToString("ClientSecret[***]");
    }
}
