package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.setting.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of settings: every reader of such files makes the same of them, and the commands take it. */
class EnvFilesTest {
    private static final Path PORTAL = Path.of("examples/portal.env");
    private static final Path CLIENT = Path.of("examples/client.env");

    /** What compose, docker, a shell and dotenv libraries agree on. */
    private static final Pattern PLAIN = Pattern.compile("(#?)([A-Z][A-Z0-9_]*)=([A-Za-z0-9_.,:/*@+-]+)");

    private record Run(int code, String out, String err) {
        static Run of(Map<String, String> environment, String... arguments) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code = KafkaSend.commandLine(new Console(
                            InputStream.nullInputStream(),
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            false,
                            environment))
                    .execute(arguments);
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    /** The lines that say something, those that are commented out among them or not. */
    private static Map<String, String> values(Path file, boolean commentedOut) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            Matcher plain = PLAIN.matcher(line);
            if (plain.matches()) {
                if (commentedOut || plain.group(1).isEmpty()) {
                    assertThat(values.put(plain.group(2), plain.group(3)))
                            .as(line)
                            .isNull();
                }
            } else {
                assertThat(line).matches("(# ?.*)?");
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"examples/portal.env", "examples/client.env"})
    void aShellReadsWhatStandsThere(String file) throws Exception {
        // When
        Process shell = new ProcessBuilder("sh", "-c", "set -a; . ./" + file + "; env")
                .redirectErrorStream(true)
                .start();
        Map<String, String> read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.split("=", 2)[0], line -> line.split("=", 2)[1], (one, other) -> other));

        // Then
        assertThat(shell.waitFor()).isZero();
        assertThat(read).containsAllEntriesOf(values(Path.of(file), false));
    }

    @Test
    void everyVariableIsOneThatItsReaderKnows() throws Exception {
        Set<String> portals =
                PortalSettings.all().stream().map(Setting::variable).collect(Collectors.toSet());
        Set<String> clients = new TreeSet<>(Set.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "KAFKA_REQUEST_TOPIC",
                "KAFKA_RESPONSE_TOPIC",
                "KAFKA_CLIENT_CONFIG",
                "CLIENT_SIGNING_KEY",
                "CLIENT_ID",
                "CLIENT_REPLY_TO",
                "CLIENT_MODERN_PORTALS",
                "CLIENT_SECRET_HEADERS",
                "CLIENT_LOG_LEVEL"));
        clients.addAll(List.of(KafkaSecurity.PROTOCOL, KafkaSecurity.MECHANISM, KafkaSecurity.USERNAME).stream()
                .map(Setting::variable)
                .toList());
        clients.addAll(List.of(KafkaSecurity.PASSWORD_FILE.variable(), KafkaSecurity.CA_FILE.variable()));

        assertThat(portals).containsAll(values(PORTAL, true).keySet());
        assertThat(clients)
                .containsExactlyInAnyOrderElementsOf(values(CLIENT, true).keySet());
    }

    @Test
    void thePortalsCheckTakesIts() throws Exception {
        // Given
        Map<String, String> environment = values(PORTAL, false);

        // When
        Run run = Run.of(environment, "portal", "--check", "--offline");

        // Then
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("PORTAL_TARGET_API_URL=http://localhost:8080", "answers on api-responses are JSON")
                .doesNotContain("for-development-only");
    }

    @Test
    void theClientsCommandsTakeTheirs() throws Exception {
        // Given: nobody listens there
        Map<String, String> environment = values(CLIENT, false);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");

        // When
        Run run = Run.of(environment, "send-request", "-e", "/a", "--connect-timeout", "1s");

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no answer from Kafka at 127.0.0.1:9");
    }
}
