package io.kafkasend.portal.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.console.DevConsole.MediaType;
import org.junit.jupiter.api.Test;

class JobsDevConsoleTest {
    private final Parts parts = new Parts();
    private final JobsDevConsole console = new JobsDevConsole(parts.jobs);

    @Test
    void tellsOfTheJobsUnderWayAsTextAndAsJson() {
        // Given
        Job job = parts.open(Start.withChunks(3), 0);

        // When
        Object text = console.call(MediaType.TEXT);
        Object json = console.call(MediaType.JSON, Map.of("state", "assembling"));
        Object none = console.call(MediaType.JSON, Map.of("state", "calling"));

        // Then
        assertThat(text.toString())
                .startsWith("1 jobs: {ASSEMBLING=1,")
                .contains("assembling " + job.id(), "0 of 3", "unsigned  POST /api/things");
        assertThat(((Map<?, ?>) json).get("jobs").toString()).contains(job.id().value());
        assertThat((Collection<?>) ((Map<?, ?>) none).get("jobs")).isEmpty();
    }

    @Test
    void worksWhereCamelHasNoConsoles() {
        // When
        console.setCamelContext(parts.context);

        // Then
        assertThat(console.getId()).isEqualTo("kafkasend-jobs");
    }
}
