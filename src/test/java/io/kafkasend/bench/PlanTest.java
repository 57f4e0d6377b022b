package io.kafkasend.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.bench.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void aQuickPlanLeavesOutWhatTakesLong() {
        Plan quick = new Plan(List.of(), true, 0, null, null, List.of(), List.of());

        assertThat(quick.chosen().stream().map(Scenario::name))
                .contains("upload-50", "get")
                .doesNotContain("upload-200", "sizes");
    }

    @Test
    void aWarmUpThatIsAskedForIsTakenInPlaceOfThePlansOwn() {
        // Given
        Plan none = new Plan(List.of(), true, 0, Duration.ZERO, null, List.of(), List.of());
        Plan quick = new Plan(List.of(), true, 0, null, null, List.of(), List.of());
        Plan whole = new Plan(List.of(), false, 0, null, null, List.of(), List.of());

        // Then
        assertThat(List.of(none, quick, whole))
                .extracting(plan -> plan.beforeMeasuring().time().toSeconds())
                .containsExactly(0L, 12L, 90L);
    }
}
