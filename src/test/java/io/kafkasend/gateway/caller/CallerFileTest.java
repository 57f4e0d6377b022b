package io.kafkasend.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerFileTest {
    private static final String HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    @TempDir
    Path directory;

    private CallerFile read(String text) throws IOException {
        return CallerFile.read(Files.writeString(directory.resolve("callers"), text));
    }

    @Test
    void aCallerIsKnownByItsTokenOrItsSubject() throws IOException {
        // When
        CallerFile file = read("# ours\n\nshop token=" + HASH.toUpperCase() + " in-flight=8 rate=50\n"
                + "reports rate=0 subject=CN=Monthly Reports, O=Example\n");

        // Then
        assertThat(file.withToken(HASH)).contains(new KnownCaller("shop", HASH, null, 8, 50));
        assertThat(file.withSubject(new X500Principal("cn=monthly reports,o=example")))
                .map(KnownCaller::name)
                .contains("reports");
        assertThat(file.withSubject(new X500Principal("CN=Monthly Reports"))).isEmpty();
        assertThat(file.withToken(HASH.replace('9', '8'))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop|neither token= nor subject=",
                "shop token=abc|no SHA-256",
                "-shop token=HASH|begins with no name",
                "shop token=HASH in-flight=0|unfit in-flight=",
                "shop token=HASH rate=-1|unfit rate=",
                "shop token=HASH colour=red|something else",
                "shop subject=Example|no distinguished name",
                "shop token=HASH~shop token=HASH|names shop again",
            })
    void whatIsNoCallerIsSaidWithItsLineAndWithoutAToken(String text, String said) {
        assertThatThrownBy(() -> read(text.replace("HASH", HASH).replace('~', '\n')))
                .hasMessageContaining(said)
                .hasMessageContaining("line ")
                .hasMessageNotContaining(HASH);
    }
}
