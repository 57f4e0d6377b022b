package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark's whole way, at its shortest. It looks at no figure's size. */
class BenchIT {
    @TempDir
    Path directory;

    @TempDir
    Path logs;

    @Test
    void measuresAScenarioBesideItsBaseline() throws Exception {
        // Given
        Path file = directory.resolve("results.json");
        Path data = directory.resolve("data");

        // When
        CommandRun run = CommandRun.apart(
                logs,
                "bench",
                "--quick",
                "--scenario=get,upload-1",
                "--rounds=2",
                "--warm-up=1",
                "--portal-options=-XX:TieredStopAtLevel=1",
                "--json=" + file,
                "--docs=" + directory,
                "--data=" + data);

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("scenario", "get", "p50, ms", "upload-1");
        JsonNode results = new ObjectMapper().readTree(file.toFile());
        assertThat(results.at("/machine/cores").asInt()).isPositive();
        assertThat(results.at("/quick").asBoolean()).isTrue();
        assertThat(results.at("/settings/broker data").asText()).isEqualTo("disk");
        assertThat(results.at("/settings/warm-up of portals, s").asText()).isEqualTo("1");
        assertThat(results.at("/scenarios")).hasSize(2);
        for (JsonNode scenario : results.at("/scenarios")) {
            assertThat(scenario.get("skipped").isNull()).isTrue();
            for (JsonNode figure : scenario.get("figures")) {
                assertThat(figure.get("rounds")).hasSize(2);
                assertThat(figure.at("/scenario/median").asDouble()).isPositive();
                assertThat(figure.at("/baseline/median").asDouble()).isPositive();
                assertThat(figure.at("/ratio").asDouble()).isPositive();
            }
        }
        assertThat(directory.resolve("benchmarks.md")).content().contains("small GETs, one at a time, p50");
        assertThat(directory.resolve("benchmarks.svg"))
                .content()
                .contains(">upload of 1 MiB<", ">small GET, one at a time<");
        try (var left = Files.list(data)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void measuresPartsThatAreFarFromOneAnother() throws Exception {
        // Given
        Path file = directory.resolve("results.json");

        // When
        CommandRun run = CommandRun.apart(
                logs,
                "bench",
                "--quick",
                "--rtt=4",
                "--mbit=1000",
                "--scenario=get-rtt-4,upload-1-rtt-4",
                "--rounds=1",
                "--warm-up=1",
                "--portal-options=-XX:TieredStopAtLevel=1",
                "--json=" + file,
                "--data=" + directory.resolve("data"));

        // Then: an echo goes there and back, a call to the API besides
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode scenarios = new ObjectMapper().readTree(file.toFile()).get("scenarios");
        assertThat(scenarios)
                .extracting(scenario -> scenario.get("name").asText())
                .containsExactly("upload-1-rtt-4", "get-rtt-4");
        JsonNode get = scenarios.get(1).get("figures").get(1);
        assertThat(get.get("key").asText()).isEqualTo("p50");
        assertThat(get.at("/baseline/median").asDouble()).isGreaterThanOrEqualTo(8);
        assertThat(get.at("/scenario/median").asDouble()).isGreaterThanOrEqualTo(12);
    }
}
