package io.kafkasend.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.bench.scenario.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void aQuickPlanLeavesOutWhatTakesLong() {
        Plan quick = new Plan(List.of(), true, 0, null, List.of());

        assertThat(quick.chosen().stream().map(Scenario::name))
                .contains("upload-50", "get")
                .doesNotContain("upload-200", "sizes");
    }
}
