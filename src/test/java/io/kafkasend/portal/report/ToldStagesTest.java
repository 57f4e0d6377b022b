package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.JobStage;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToldStagesTest {
    private static final Duration YOUNG = Duration.ofMillis(999);

    private final Parts parts = new Parts();
    private final ToldStages told = new ToldStages();
    private final Job job = parts.open(Start.of(Method.GET).build(), 0);
    private final Job upload = parts.open(Start.withChunks(ToldStages.LONG_UPLOAD), 1);

    private ResponseStatus status(JobStage stage, long seconds, Integer before) {
        return new ResponseStatus(
                job.id(), stage.token(), seconds, 0, null, null, before, null, null, null, job.request());
    }

    private static long at(double seconds) {
        return (long) (seconds * 1e9);
    }

    @Test
    void aJobThatIsOverWithinASecondIsToldNothing() {
        assertThat(told.mayTell(job, YOUNG, false, at(0))).isFalse();
        assertThat(told.mayTell(job, ToldStages.FIRST, false, at(0))).isTrue();
    }

    @Test
    void aLongUploadIsToldAtOnceThatItsStartIsTaken() {
        // Given
        Job shorter = parts.open(Start.withChunks(ToldStages.LONG_UPLOAD - 1), 2);

        // Then
        assertThat(told.mayTell(upload, Duration.ZERO, true, at(0))).isTrue();
        assertThat(told.mayTell(upload, Duration.ZERO, false, at(0))).isFalse();
        assertThat(told.mayTell(shorter, Duration.ZERO, true, at(0))).isFalse();
    }

    @Test
    void ofWhatHappensWithinFiveSecondsTheNewestIsTold() {
        // Given
        List<String> heard = new ArrayList<>();
        List<JobStage> stages = List.of(
                JobStage.WAITING,
                JobStage.WAITING,
                JobStage.CALLING,
                JobStage.CALLING,
                JobStage.ANSWERING,
                JobStage.ANSWERING,
                JobStage.ANSWERING);

        // When
        for (int second = 0; second < stages.size(); second++) {
            ResponseStatus status = status(stages.get(second), second, null);
            if (told.mayTell(job, Duration.ofSeconds(1), false, at(second)) && told.tell(job, status, at(second))) {
                heard.add(second + " " + status.stage());
            }
        }

        // Then
        assertThat(heard).containsExactly("0 waiting", "5 answering");
    }

    @Test
    void whatIsTheSameStillIsToldEachHalfMinute() {
        // Given
        List<Integer> heard = new ArrayList<>();

        // When
        for (int second = 0; second <= 100; second++) {
            if (told.mayTell(job, Duration.ofSeconds(1), false, at(second))
                    && told.tell(job, status(JobStage.CALLING, second, null), at(second))) {
                heard.add(second);
            }
        }

        // Then
        assertThat(heard).containsExactly(0, 30, 60, 90);
    }

    @Test
    void anotherPlaceInTheLineIsNews() {
        // Given
        told.tell(job, status(JobStage.WAITING, 1, 3), at(0));

        // Then
        assertThat(told.tell(job, status(JobStage.WAITING, 6, 3), at(5))).isFalse();
        assertThat(told.tell(job, status(JobStage.WAITING, 7, 2), at(6))).isTrue();
    }

    @Test
    void forgetsWhatHasEnded() {
        // Given
        told.tell(job, status(JobStage.WAITING, 1, 3), at(0));
        told.tell(upload, status(JobStage.ACCEPTED, 1, null), at(0));

        // When
        told.keep(Set.of(upload));

        // Then
        assertThat(told.size()).isOne();
    }
}
