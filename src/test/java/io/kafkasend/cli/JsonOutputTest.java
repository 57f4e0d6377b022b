package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.ClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --json} prints is what its schema says; with a broker, {@link CliIT} looks. */
class JsonOutputTest {
    /** They run until they are ended, only have subcommands, or write text that is for another program or a person. */
    private static final Set<String> WITHOUT = Set.of(
            "kafkasend",
            "kafkasend dlq",
            "kafkasend broker",
            "kafkasend sample-api",
            "kafkasend demo",
            "kafkasend bench",
            "kafkasend help",
            "kafkasend class-data",
            "kafkasend generate-completion");

    @TempDir
    Path directory;

    @Test
    void everyCommandHasItButThoseThatAreNamedHere() {
        List<String> without = ExitCodeTest.commands().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> {
                    OptionSpec json = command.findOption(JsonOption.NAME);
                    return json == null || json.arity().max() > 0;
                })
                .map(command -> command.qualifiedName())
                .toList();
        assertThat(without).containsExactlyInAnyOrderElementsOf(WITHOUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "send-request --json|send-request|USAGE",
                "send-request -e /a --json --nonsense|send-request|USAGE",
                "send-file MISSING -e /a --json|send-file|USAGE",
                "send-request -e /a --json --kafka-property security.protocol=PIGEON|send-request|SETTINGS",
                "topics --json --partitions many|topics|USAGE",
                "topics --json --create --partitions 0|topics|USAGE",
                "topics --json --kafka-property security.protocol=PIGEON|topics|SETTINGS",
                "topics --json --kafka-config MISSING|topics|USAGE",
                "doctor --json --probe nowhere|doctor|USAGE",
                "doctor --json --timeout 0|doctor|USAGE",
                "top --json --url nowhere|top|USAGE",
                "trace --json nothing|trace|USAGE",
                "trace --json 550e8400-e29b-41d4-a716-446655440000 --since 0|trace|USAGE",
                "check-client --json --jobs 0|check-client|USAGE",
                "check-client --json --client-keys MISSING|check-client|USAGE",
                "dlq list --json --limit 0|dlq list|USAGE",
                "dlq list --json --kafka-property security.protocol=PIGEON|dlq list|SETTINGS",
                "dlq show --json|dlq show|USAGE",
                "dlq show --json seventeen|dlq show|USAGE",
                "dlq replay --json 0:1|dlq replay|USAGE",
                "dlq lsit --json|dlq|USAGE",
                "keygen --json|keygen|USAGE",
                "keygen --json --client-id a/b --out DIRECTORY|keygen|USAGE",
                "portal --json|portal|USAGE",
                "gateway --json|gateway|USAGE",
                "outbox --json|outbox|USAGE",
                "demo --json|demo|USAGE",
                "send-fiel --json|null|USAGE",
                "--json|null|USAGE"
            })
    void aMistakeIsSaidAsJson(String line, String command, String code) throws IOException {
        // When
        CommandRun run = CommandRun.of(arguments(line));

        // Then
        JsonNode json = json(run);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).hasLineCount(1);
        assertThat(json.get("command").asText()).isEqualTo(command);
        assertThat(json.get("outcome").asText()).isEqualTo("usage");
        assertThat(json.get("error_code").asText()).isEqualTo(code);
        assertThat(json.get("retryable").asBoolean()).isFalse();
    }

    @Test
    void settingsThatAreNoGoodAreALineEachAndOneObject() throws Exception {
        // When
        CommandRun run = CommandRun.of("portal", "--check", "--json");

        // Then
        JsonNode json = json(run);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).isGreaterThan(1);
        assertThat(json.get("error_code").asText()).isEqualTo("SETTINGS");
        assertThat(json.get("error").asText()).contains("PORTAL_TARGET_API_URL", "OAUTH2_TOKEN_URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send-request -e /a",
                "send-file FILE -e /a",
                "topics",
                "topics --create",
                "trace 550e8400-e29b-41d4-a716-446655440000",
                "check-client --since 1h",
                "dlq list",
                "dlq show 0:1",
                "dlq replay 0:1 --yes"
            })
    void aBrokerThatIsAwayIsAFailureThatMayPass(String line) throws Exception {
        // Given
        Files.writeString(directory.resolve("file"), "content");

        // When
        CommandRun run = CommandRun.of(arguments(line + " --json -b 127.0.0.1:9 --connect-timeout 1"));

        // Then
        JsonNode json = json(run);
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).hasLineCount(1);
        assertThat(json.get("outcome").asText()).isEqualTo("failed");
        assertThat(json.get("error_code").asText()).isEqualTo("NO_BROKER");
        assertThat(json.get("retryable").asBoolean()).isTrue();
        assertThat(json.get("attempts").asInt()).isZero();
        assertThat(json.get("error").asText()).contains("127.0.0.1:9");
    }

    @Test
    void keygenNamesItsFilesAndWhatIsInTheWay() throws Exception {
        // When
        JsonNode made = json(CommandRun.of("keygen", "--json", "--client-id", "a", "--out", directory.toString()));
        CommandRun again = CommandRun.of("keygen", "--json", "--client-id", "a", "--out", directory.toString());

        // Then
        assertThat(made.get("outcome").asText()).isEqualTo("done");
        assertThat(made.get("client_id").asText()).isEqualTo("a");
        assertThat(Path.of(made.get("private_key_file").asText())).isRegularFile();
        assertThat(Path.of(made.get("public_key_file").asText())).isRegularFile();
        assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json(again).get("error_code").asText()).isEqualTo("FILE");
    }

    @Test
    void theSchemaNamesEachOfTheClientsOwnCodes() throws IOException {
        // Given
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("docs/json-output.schema.json").toFile());

        // When
        List<String> codes = new ArrayList<>();
        schema.at("/properties/error_code/anyOf/0/enum").forEach(code -> codes.add(code.asText()));

        // Then
        assertThat(codes)
                .containsExactlyElementsOf(Stream.concat(
                                Arrays.stream(ClientException.Kind.values()), Arrays.stream(JsonReport.Cause.values()))
                        .map(Enum::name)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"outcome\":\"usage\",\"exit_code\":2,\"job_id\":null,\"attempts\":0,\"started_at\":\"2026-01-01T00:00:00Z\","
                        + "\"seconds\":0,\"error\":\"e\",\"error_code\":\"USAGE\",\"retryable\":false}",
                "{\"command\":\"topics\",\"outcome\":\"done\",\"exit_code\":0,\"job_id\":null,\"attempts\":0,"
                        + "\"started_at\":\"2026-01-01T00:00:00Z\",\"seconds\":0,\"dead_letters\":[]}",
                "{\"command\":\"topics\",\"outcome\":\"failed\",\"exit_code\":0,\"job_id\":null,\"attempts\":0,"
                        + "\"started_at\":\"2026-01-01T00:00:00Z\",\"seconds\":0,\"error\":\"e\",\"error_code\":\"KAFKA\",\"retryable\":false}",
                "{\"command\":\"topics\",\"outcome\":\"done\",\"exit_code\":0,\"job_id\":null,\"attempts\":0,"
                        + "\"started_at\":\"2026-01-01T00:00:00Z\",\"seconds\":0,\"topics\":[{\"name\":\"a\",\"state\":\"ok\",\"faults\":[]}]}"
            })
    void theSchemaTakesNothingElse(String other) {
        assertThatThrownBy(() -> OutputSchema.require(other)).isInstanceOf(AssertionError.class);
    }

    private String[] arguments(String line) {
        return line.replace("FILE", directory.resolve("file").toString())
                .replace("DIRECTORY", directory.toString())
                .replace("MISSING", directory.resolve("missing").toString())
                .split(" ");
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.out()).hasLineCount(1);
        OutputSchema.require(run.out());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("exit_code").asInt()).isEqualTo(run.exitCode());
        return json;
    }
}
