package io.kafkasend.portal.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenJobsTest {
    private final Parts parts = new Parts(Map.of("max-assembling-jobs", "2000"));
    private final OpenJobs open = new OpenJobs(parts.jobs, () -> 1_000_000);

    private static JobFilter filter(String name, String value) {
        return JobFilter.of(Map.of(name, value));
    }

    @Test
    void thoseThatAreFurthestComeFirst() throws Exception {
        // Given
        Job assembling = parts.open(Start.withChunks(2), 0);
        Job calling = parts.call(Start.withChunks(0), 1);
        calling.enter(Phase.CALLING);
        parts.take(assembling, 0, "abc", 2);

        // When
        OpenJobs.Look look = open.look(JobFilter.ALL);

        // Then
        assertThat(look.shown()).extracting(OpenJob::phase).containsExactly(Phase.CALLING, Phase.ASSEMBLING);
        assertThat(look.shown().get(1).chunks()).isEqualTo(1);
        assertThat(look.shown().get(1).total()).isEqualTo(2);
        assertThat(look.shown().get(1).bytes()).isEqualTo(3);
        assertThat(look.byPhase()).containsEntry(Phase.ASSEMBLING, 1L).containsEntry(Phase.WAITING, 0L);
        assertThat(look.open()).isEqualTo(2);
    }

    @Test
    void aThousandAreShownAndAllAreCounted() {
        // Given
        for (int i = 0; i < 1_200; i++) {
            parts.open(Start.withChunks(1), i);
        }

        // When
        OpenJobs.Look look = open.look(JobFilter.ALL);

        // Then
        assertThat(look.shown()).hasSize(1_000);
        assertThat(look.found()).isEqualTo(1_200);
        assertThat(look.open()).isEqualTo(1_200);
    }

    @Test
    void aFilterTakesStateClientAndTheBeginOfAnId() {
        // Given
        Job job = parts.open(Start.withChunks(1), 0);
        parts.call(Start.withChunks(0), 1);

        // Then
        assertThat(open.look(filter("state", "ASSEMBLING")).found()).isEqualTo(1);
        assertThat(open.look(filter("state", "calling")).found()).isEqualTo(1);
        assertThat(open.look(filter("client", "unsigned")).found()).isEqualTo(2);
        assertThat(open.look(filter("client", "unsign")).found()).isZero();
        assertThat(open.look(filter("id", job.id().value().substring(0, 20))).found())
                .isEqualTo(1);
        assertThat(open.look(filter("code", "API")).found()).isZero();
        assertThat(open.look(filter("unknown", "x")).found()).isEqualTo(2);
    }

    @Test
    void codesOfEndedJobsAreMatchedByHowTheyBegin() {
        // Given
        JobHistory history = new JobHistory(() -> 1);
        JobPages pages = new JobPages(open, history);
        history.ended(parts.call(Start.withChunks(0), 0), JobOutcome.answered(503));
        history.ended(parts.call(Start.withChunks(0), 1), JobOutcome.failed(ErrorCode.API_TIMEOUT));

        // Then
        assertThat(found(pages, "5")).isEqualTo(1);
        assertThat(found(pages, "50")).isEqualTo(1);
        assertThat(found(pages, "api_")).isEqualTo(1);
        assertThat(found(pages, "TIMEOUT")).isZero();
        assertThat(found(pages, "")).isEqualTo(2);
    }

    private static int found(JobPages pages, String code) {
        return json(pages.recent(filter("code", code))).get("found").asInt();
    }

    private static JsonNode json(byte[] text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void jsonIsOnOneLineWhateverAClientWrites() {
        // Given
        parts.open(Start.of(Method.GET).endpoint("/\r\ndata: x\n\n\"}</script>").build(), 0);

        // When
        byte[] page = new JobPages(open, new JobHistory(() -> 1)).jobs(JobFilter.ALL);
        String event = new String(ConsoleJson.event("jobs", page), java.nio.charset.StandardCharsets.UTF_8);

        // Then
        assertThat(event).startsWith("event: jobs\ndata: {").endsWith("}\n\n");
        assertThat(event.strip().lines()).hasSize(2);
        assertThat(json(page).get("jobs").get(0).get("path").asText()).isEqualTo("/\\r\\ndata: x\\n\\n\"}</script>");
    }
}
