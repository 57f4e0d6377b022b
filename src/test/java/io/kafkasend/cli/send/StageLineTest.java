package io.kafkasend.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StageLineTest {
    private static final JobId JOB = JobId.random();

    private static ResponseStatus status(String stage, Integer before, String awaits, Integer attempt, String code) {
        return new ResponseStatus(JOB, stage, 40, 10, 3, 3, before, awaits, attempt, code, null);
    }

    private static long at(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void eachStageSaysWhereTheJobIsAndForHowLong() {
        // Given
        List<ResponseStatus> all = List.of(
                status("accepted", null, null, null, null),
                status("waiting", 3, null, null, null),
                status("waiting", 0, null, null, null),
                status("calling", null, "token", 1, null),
                status("calling", null, "retry", 1, "OAUTH_UNAVAILABLE"),
                status("calling", null, "api", 1, "OAUTH_UNAVAILABLE"),
                status("calling", null, "api", 1, null),
                status("calling", null, "retry", 2, "API_UNREACHABLE"),
                status("answering", null, null, null, null));

        // When
        Stream<String> lines =
                all.stream().map(each -> StageLine.of(each, at(100)).at(at(101)));

        // Then
        assertThat(lines)
                .containsExactly(
                        "accepted; 3 of 10 chunks there",
                        "whole; 3 before it",
                        "whole; waiting for its turn",
                        "waiting for the token server (41 s)",
                        "asking the token server again soon (41 s): failed before by OAUTH_UNAVAILABLE",
                        "calling the API (41 s)",
                        "calling the API (41 s)",
                        "calling the API again soon, attempt 2 (41 s): failed before by API_UNREACHABLE",
                        "the API has begun to answer (41 s)");
    }

    @Test
    void beforeAPortalSaysAnythingItIsSaidWhetherThereIsOne() {
        // Given
        StageLine sent = StageLine.sent(at(0));

        // Then
        assertThat(sent.at(at(12))).isEqualTo("sent; waiting for a portal (12 s)");
        assertThat(Stream.of(OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(2), OptionalInt.empty())
                        .map(portals -> sent.unheard(portals).at(at(12))))
                .containsExactly(
                        "sent; waiting for a portal (12 s): none reads the topic",
                        "sent; waiting for a portal (12 s): 1 runs, none has said anything",
                        "sent; waiting for a portal (12 s): 2 run, none has said anything",
                        "sent; waiting for a portal (12 s): Kafka does not say whether one runs");
    }

    @Test
    void elsewhereThanOnATerminalThereIsALineAtEachChange() {
        // Given
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ProgressLines lines = new ProgressLines(new PrintStream(err, true, StandardCharsets.UTF_8), "GET /a");

        // When
        lines.started(JOB);
        lines.unheard(OptionalInt.of(0));
        lines.unheard(OptionalInt.of(0));
        lines.stage(status("waiting", 3, null, null, null));
        lines.stage(status("waiting", 3, null, null, null));
        lines.stage(status("waiting", 2, null, null, null));
        lines.stage(status("calling", null, "api", 1, null));
        lines.close();

        // Then
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "job " + JOB + ": GET /a",
                        "sent; waiting for a portal (0 s): none reads the topic",
                        "whole; 3 before it",
                        "whole; 2 before it",
                        "calling the API (40 s)");
    }
}
