package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import org.apache.camel.Exchange;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private final Parts parts = new Parts();
    private final Settlement settle = new Settlement(parts.jobs);

    @Test
    void endsAnAnsweredJobAndSettlesItsRecords() {
        // Given
        Job job = parts.call(Start.withChunks(2), 0);
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).answer(new ApiAnswer(new BasicClassicHttpResponse(204)));

        // When
        settle.process(exchange);
        settle.process(exchange);

        // Then
        assertThat(parts.safe()).isEqualTo(3);
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.jobs.hasEnded(job.correlationId())).isTrue();
    }

    @Test
    void settlesARecordWithoutAJob() {
        // Given
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(0));

        // When
        settle.process(exchange);

        // Then
        assertThat(parts.safe()).isEqualTo(1);
    }

    @Test
    void hasNothingToSettleWithoutEither() {
        // When
        settle.process(parts.exchange());

        // Then
        assertThat(parts.ledger.unsettled()).isZero();
    }
}
