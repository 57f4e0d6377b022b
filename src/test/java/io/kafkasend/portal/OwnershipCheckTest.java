package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class OwnershipCheckTest {
    private final Parts parts = new Parts();
    private final OwnershipCheck stillOurs = new OwnershipCheck(parts.jobs);

    @Test
    void aJobOfAPartitionThatIsOursGoesOn() {
        // Given
        Exchange exchange = parts.exchange(parts.call(Start.withChunks(1), 0));

        // When
        stillOurs.process(exchange);

        // Then
        assertThat(exchange.isRouteStop()).isFalse();
        assertThat(parts.slots.taken()).isEqualTo(1);
    }

    @Test
    void aJobWhosePartitionWentWhileItWaitedIsLeftToItsNewOwner() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        Exchange exchange = parts.exchange(job);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        stillOurs.process(exchange);

        // Then
        assertThat(exchange.isRouteStop()).isTrue();
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.jobs.underWay()).isZero();
        assertThat(parts.jobs.hasEnded(job.id())).isFalse();
    }
}
