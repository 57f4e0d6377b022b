package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallDeadlineTest {
    private final Deadlines deadlines = new Deadlines();

    @AfterEach
    void close() {
        deadlines.close();
    }

    private static Job job(int streamSeconds) {
        Parts parts = new Parts(Map.of("job-timeout-seconds", "1", "stream-timeout-seconds", "" + streamSeconds));
        return parts.call(Start.of(Method.GET).build(), 0);
    }

    @Test
    void aCallEndsWhenItsTimeIsOver() {
        // Given
        Job job = job(0);

        // When
        CallDeadline.of(job, deadlines);

        // Then
        await().until(() -> job.state().timedOut());
    }

    @Test
    void whereTheOperatorAllowsStreamsNoMoreTheyEndLikewise() {
        // Given
        Job job = job(0);

        // When
        job.time().streams();
        CallDeadline.of(job, deadlines);

        // Then
        await().until(() -> job.state().timedOut());
    }

    @Test
    void oneWhoseAnswerStreamsGoesOnToTheEndOfItsOwnTime() {
        // Given
        Job job = job(3);
        CallDeadline.of(job, deadlines);

        // When
        job.time().streams();

        // Then
        await().until(() -> job.state().timedOut());
        assertThat(job.time().sinceAdmitted().toMillis()).isGreaterThanOrEqualTo(2_900);
    }

    @Test
    void theClientsOwnTimeForStreamsHoldsToo() {
        // Given
        Parts parts = new Parts(Map.of("job-timeout-seconds", "50", "stream-timeout-seconds", "5000"));
        RequestStart start = RequestStart.builder(JobId.random(), 0, Method.GET, "/api/v1/a")
                .timeoutSeconds(10)
                .streamSeconds(2_000)
                .build();
        Job job = parts.call(start, 0);
        assertThat(job.time().callNanosLeft()).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(10));

        // When
        job.time().streams();

        // Then
        assertThat(job.time().callNanosLeft())
                .isBetween(TimeUnit.SECONDS.toNanos(1_900), TimeUnit.SECONDS.toNanos(2_000));
    }
}
