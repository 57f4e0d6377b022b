package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobTally;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class OwnershipCheckTest {
    private final Parts parts = new Parts();
    private final OwnershipCheck stillOurs = new OwnershipCheck(parts.jobs, parts.ledger, parts.outcomes);

    /** A job before its first attempt. */
    private Exchange attempt(Job job) {
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).call(new ApiCall(new JobTally()));
        return exchange;
    }

    @Test
    void noFirstAttemptBeginsOnceTheSignaturesTimeIsOver() throws Exception {
        // Given: exp is 1,000, and clocks may be 30 seconds apart
        RequestStart start = Start.withChunks(0);
        Job job = parts.open(start, 0, Parts.UNSIGNED.until(1_000));
        parts.jobs.leaveAssembly(job);
        Exchange exchange = attempt(job);

        // When
        at(1_030).process(exchange);
        assertThatThrownBy(() -> at(1_031).process(exchange))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.SIGNATURE_EXPIRED));

        // Then: a call that began in time may be made again
        JobExchange.of(exchange).call().repeat(Duration.ZERO);
        at(1_031).process(exchange);
        assertThat(exchange.isRouteStop()).isFalse();
    }

    private OwnershipCheck at(long seconds) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
        return new OwnershipCheck(parts.jobs, parts.ledger, parts.outcomes, clock);
    }

    @Test
    void aJobOfAPartitionThatIsOursGoesOn() throws Exception {
        // Given
        Exchange exchange = attempt(parts.call(Start.withChunks(1), 0));

        // When
        stillOurs.process(exchange);

        // Then
        assertThat(exchange.isRouteStop()).isFalse();
        assertThat(parts.slots.taken()).isEqualTo(1);
    }

    @Test
    void aJobWhosePartitionWentWhileItWaitedIsLeftToItsNewOwner() throws Exception {
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
    void aPortalThatStoodStillLooksWhetherTheJobWasAnsweredMeanwhile() throws Exception {
        // Given
        AtomicLong clock = new AtomicLong();
        Ledger paused = new Ledger(parts.slots, parts.configuration, clock::get);
        OwnershipCheck check = new OwnershipCheck(parts.jobs, paused, parts.outcomes);
        Job answered = parts.call(Start.withChunks(1), 0);
        Job open = parts.call(Start.withChunks(1), 2);
        Exchange ofAnswered = parts.exchange(answered);
        Exchange ofOpen = attempt(open);
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
