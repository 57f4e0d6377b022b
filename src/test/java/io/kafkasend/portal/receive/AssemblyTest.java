package io.kafkasend.portal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class AssemblyTest {
    private final Parts parts = new Parts();
    private final Assembly assembly = new Assembly();
    private final Job job = parts.open(Start.withChunks(2), 0);
    private long offset = 1;

    private Exchange exchange(RequestMessage message) {
        Exchange exchange = parts.exchange(message, parts.read(offset++));
        JobExchange.of(exchange).job(job);
        return exchange;
    }

    private Exchange chunk(int sequence) {
        RequestChunk chunk = Start.chunk(job.start(), sequence, "chunk" + sequence);
        Exchange exchange = exchange(chunk);
        try {
            job.body().add(chunk);
            job.records().bind(JobExchange.of(exchange).record());
        } catch (ProtocolException | RefusedException | SpoolException e) {
            throw new AssertionError(e);
        }
        return exchange;
    }

    /** What the route's completion predicate looks at. */
    private static boolean isWhole(Exchange group) {
        return group.getProperty(JobExchange.WHOLE, Boolean.class);
    }

    @Test
    void startStandsForTheJobAndChunksJoinItInAnyOrder() {
        // Given
        Exchange first = parts.exchange(job.start(), null);
        JobExchange.of(first).job(job);

        // When
        Exchange group = assembly.aggregate(null, first);
        assertThat(isWhole(group)).isFalse();
        group = assembly.aggregate(group, chunk(1));
        assertThat(isWhole(group)).isFalse();
        group = assembly.aggregate(group, chunk(0));

        // Then
        assertThat(group).isSameAs(first);
        assertThat(isWhole(group)).isTrue();
        assertThat(group.getIn().getBody()).isSameAs(job);
        assertThat(Parts.text(job.body().store())).isEqualTo("chunk0chunk1");
    }

    @Test
    void theJobHoldsTheRecordsAndTheGroupNone() {
        // When
        Exchange group = assembly.aggregate(null, chunk(0));

        // Then
        assertThat(JobExchange.of(group).record()).isNull();
        job.records().settle();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void aChunkThatComesTwiceDoesNotMakeTheJobWhole() {
        // When
        Exchange group = assembly.aggregate(assembly.aggregate(null, chunk(0)), chunk(0));

        // Then
        assertThat(isWhole(group)).isFalse();
    }

    @Test
    void waitsForAsLongAsTheJobMay() {
        assertThat(assembly.timeLeft(chunk(0))).isBetween(200_000L, 300_000L);
    }

    @Test
    void mixesNoTwoJobs() {
        // Given
        Job other = parts.open(Start.withChunks(2), 1);

        // Then
        assertThatThrownBy(() -> assembly.aggregate(parts.exchange(job), parts.exchange(other)))
                .hasMessageContaining("correlation-id");
    }
}
