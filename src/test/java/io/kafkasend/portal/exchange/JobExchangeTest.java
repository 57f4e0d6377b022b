package io.kafkasend.portal.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.RequestDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobExchangeTest {
    private final Parts parts = new Parts();
    private final Exchange exchange = parts.exchange();
    private final JobExchange steps = JobExchange.of(exchange);

    @ParameterizedTest
    @ValueSource(strings = {JobExchange.WHOLE, JobExchange.BATCHED, JobExchange.QUESTION, JobExchange.CORRELATION_ID})
    void aNameThatIsTheRoutesStandsInThem(String name) throws IOException {
        // Given
        StringBuilder routes = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/routes/portal"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".camel.yaml")).toList()) {
                routes.append(Files.readString(file));
            }
        }

        // Then
        assertThat(routes.toString()).containsPattern("(expression: |exchangeProperty\\.)" + name + "\\b");
    }

    @Test
    void nothingIsThereThatNoStepHasLeft() {
        assertThat(steps.job()).isNull();
        assertThat(steps.answer()).isNull();
        assertThat(steps.jobId()).isEmpty();
        assertThat(steps.replyTopic()).isEmpty();
        assertThat(steps.together()).isEmpty();
        assertThat(steps.request()).isEqualTo(RequestDigest.NONE);
    }

    @Test
    void whatOneStepLeavesTheNextOneReadsUntilItIsTakenAway() {
        // Given
        Job job = parts.open(Start.withChunks(1), 0);

        // When
        steps.job(job);
        steps.together(List.of(exchange));

        // Then
        assertThat(JobExchange.of(exchange).job()).isSameAs(job);
        assertThat(JobExchange.of(exchange).together()).containsExactly(exchange);
        steps.job(null);
        assertThat(JobExchange.of(exchange).job()).isNull();
    }

    @Test
    void aJobIsNamedForLogsAndForTheAggregator() {
        // Given
        Job job = parts.open(Start.withChunks(1), 0);

        // When
        steps.identify(job.correlationId());

        // Then
        assertThat(steps.jobId()).contains(job.id());
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(JobExchange.HEADERS);
        assertThat(exchange.getMessage().getHeader(JobExchange.CORRELATION_ID)).isEqualTo("0/" + job.id());
    }
}
