package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class OwnershipCheckTest {
    private final Parts parts = new Parts();
    private final OwnershipCheck stillOurs = new OwnershipCheck(parts.jobs, parts.ledger, parts.outcomes);

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
        assertThat(parts.jobs.hasEnded(job.correlationId())).isFalse();
    }

    @Test
    void aPortalThatStoodStillLooksWhetherTheJobWasAnsweredMeanwhile() {
        // Given
        AtomicLong clock = new AtomicLong();
        Ledger paused = new Ledger(parts.slots, parts.configuration, clock::get);
        OwnershipCheck check = new OwnershipCheck(parts.jobs, paused, parts.outcomes);
        Job answered = parts.call(Start.withChunks(1), 0);
        Job open = parts.call(Start.withChunks(1), 2);
        Exchange ofAnswered = parts.exchange(answered);
        Exchange ofOpen = parts.exchange(open);
        parts.answered.add(answered.id());

        // When: nobody polls
        clock.addAndGet(Duration.ofHours(1).toNanos());
        check.process(ofAnswered);
        check.process(ofOpen);

        // Then
        assertThat(ofAnswered.isRouteStop()).isTrue();
        assertThat(parts.jobs.hasEnded(answered.correlationId())).isTrue();
        assertThat(parts.safe()).isEqualTo(2);
        assertThat(ofOpen.isRouteStop()).isFalse();
        assertThat(parts.slots.taken()).isEqualTo(1);
    }
}
