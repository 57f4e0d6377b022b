package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak's whole way, at its shortest, with faults that it must find: a soak that finds none proves nothing. */
class SoakIT {
    @TempDir
    Path directory;

    @TempDir
    Path logs;

    @Test
    void tellsWhatBecameOfEachJobAndFindsWhatWasLostAndWhatWasChanged() throws Exception {
        // When
        CommandRun run = CommandRun.apart(
                logs,
                "soak",
                "--minutes=0.05",
                "--rate=8",
                "--hostile-rate=20",
                "--portals=1",
                "--largest=300KB",
                "--inject=lost,corrupt",
                "--data=" + directory,
                "--json");

        // Then
        OutputSchema.require(run.out());
        JsonNode json = new ObjectMapper().readTree(run.out());
        JsonNode soak = json.get("soak");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(json.get("error_code").asText()).isEqualTo("CHECK_FAILED");
        assertThat(json.get("error").asText()).startsWith("FAILED: ");
        assertThat(soak.get("passed").asBoolean()).isFalse();
        assertThat(soak.at("/endings/right").asLong()).isPositive();
        assertThat(soak.at("/endings/lost").asLong()).isPositive();
        assertThat(soak.at("/endings/corrupt").asLong()).isPositive();
        assertThat(soak.at("/why/corrupt").toString()).contains("SHA-256 differs");
        assertThat(soak.at("/why/lost").toString()).contains("no answer within 2 seconds");
        assertThat(soak.get("jobs").asLong())
                .isEqualTo(sum(soak.get("endings")))
                .isEqualTo(sum(soak.get("kinds")));
        assertThat(soak.get("hostile_records").asLong()).isPositive();
        assertThat(soak.get("called_twice").asLong()).isZero();
        assertThat(soak.get("slices")).isNotEmpty();
        assertThat(soak.at("/trends").findValuesAsText("quantity")).contains("heap", "spool", "disk");
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }
}
