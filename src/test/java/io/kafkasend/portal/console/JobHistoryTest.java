package io.kafkasend.portal.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.console.EndedJob.End;
import io.kafkasend.portal.console.MinuteSeries.Count;
import io.kafkasend.portal.console.MinuteSeries.Minute;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.RefusedRequest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JobHistoryTest {
    private static final long NOON = TimeUnit.HOURS.toMillis(12);

    private final Parts parts = new Parts();
    private final AtomicLong millis = new AtomicLong(NOON);
    private final JobHistory history = new JobHistory(millis::get);

    JobHistoryTest() {
        parts.jobs.whenEnded(history);
    }

    private void end(String endpoint, JobOutcome outcome) {
        Job job = parts.call(Start.of(Method.PUT).endpoint(endpoint).build(), history.last());
        parts.jobs.end(job, outcome);
        parts.jobs.settle(job);
    }

    private void end(JobOutcome outcome) {
        end("/api/things", outcome);
    }

    private void refuse() {
        history.refused(
                new RefusedRequest(JobId.random(), Optional.empty(), Optional.empty(), ErrorCode.TOO_MANY_JOBS));
    }

    @Test
    void tellsHowJobsEndedTheLastFirst() {
        // When
        end(JobOutcome.answered(204));
        end(JobOutcome.failed(ErrorCode.API_TIMEOUT));
        end(JobOutcome.failed(ErrorCode.CANCELLED));
        refuse();
        end(JobOutcome.ELSEWHERE);

        // Then
        assertThat(history.since(0))
                .extracting(EndedJob::ended)
                .containsExactly(End.ELSEWHERE, End.REFUSED, End.CANCELLED, End.FAILED, End.ANSWERED);
        assertThat(history.since(3)).extracting(EndedJob::number).containsExactly(5L, 4L);
        assertThat(history.since(history.last())).isEmpty();
        assertThat(history.since(0).get(4).status()).hasValue(204);
        assertThat(history.since(0).get(3).code()).isEqualTo("API_TIMEOUT");
    }

    @Test
    void aFloodOfRefusalsPushesOutNoJob() {
        // Given
        end(JobOutcome.answered(200));

        // When
        for (int i = 0; i < 5_000; i++) {
            refuse();
        }

        // Then
        List<EndedJob> kept = history.since(0);
        assertThat(kept).hasSize(1 + JobHistory.REFUSALS);
        assertThat(kept.get(kept.size() - 1).ended()).isEqualTo(End.ANSWERED);
    }

    @Test
    void soManyJobsAreKeptAndNoMore() {
        // When
        for (int i = 0; i < JobHistory.JOBS + 10; i++) {
            end(JobOutcome.answered(200));
        }

        // Then
        assertThat(history.since(0)).hasSize(JobHistory.JOBS);
        assertThat(history.since(0).get(0).number()).isEqualTo(JobHistory.JOBS + 10);
    }

    @Test
    void whatAClientWroteIsShortAndPrintableAndWithoutItsQuery() {
        // When
        end("/api/" + "\u202e\n<b>".repeat(100) + "?token=abc", JobOutcome.answered(200));

        // Then
        ShownRequest shown = history.since(0).get(0).request();
        assertThat(shown.path())
                .startsWith("/api/\\u202e\\n<b>")
                .matches("[ -~]*")
                .hasSizeLessThanOrEqualTo(ShownRequest.PATH)
                .doesNotContain("token");
        assertThat(shown.method()).isEqualTo("PUT");
        assertThat(shown.client()).isEqualTo("unsigned");
    }

    @Test
    void aQueryThatBeginsLateIsNotShownEither() {
        // When
        end("/a?secret", JobOutcome.answered(200));
        end("/a#secret", JobOutcome.answered(200));

        // Then
        assertThat(history.since(0))
                .allSatisfy(ended -> assertThat(ended.request().path()).isEqualTo("/a"));
    }

    @Test
    void minutesCountWhatEndedInThemForAnHour() {
        // Given
        end(JobOutcome.answered(200));
        end(JobOutcome.answered(503));
        end(JobOutcome.failed(ErrorCode.API_TIMEOUT));
        end(JobOutcome.failed(ErrorCode.CANCELLED));
        end(JobOutcome.ELSEWHERE);
        refuse();

        // When
        millis.addAndGet(TimeUnit.MINUTES.toMillis(60));
        end(JobOutcome.answered(200));

        // Then
        List<Minute> hour = history.minutes().lastHour();
        assertThat(hour).hasSize(61);
        assertThat(hour.get(0).atMillis()).isEqualTo(NOON);
        assertThat(hour.get(0).counts()).containsExactly(1, 1, 1, 1, 1, 0, 0);
        assertThat(hour.get(30).counts()).containsOnly(0);
        assertThat(hour.get(60).of(Count.ANSWERED)).isEqualTo(1);

        // When
        millis.addAndGet(TimeUnit.MINUTES.toMillis(1));
        end(JobOutcome.answered(200));

        // Then: the ring has come round
        hour = history.minutes().lastHour();
        assertThat(hour.get(0).counts()).containsOnly(0);
        assertThat(hour.get(60).counts()).containsExactly(1, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aClockThatGoesBackSpoilsNoMinute() {
        // Given
        end(JobOutcome.answered(200));

        // When
        millis.addAndGet(-TimeUnit.MINUTES.toMillis(61));
        end(JobOutcome.answered(200));
        millis.set(NOON);

        // Then
        assertThat(history.minutes().lastHour().get(60).of(Count.ANSWERED)).isEqualTo(1);
    }
}
