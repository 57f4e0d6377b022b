package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Expiry;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.ledger.CommitMarks;
import io.kafkasend.portal.ledger.CommitMarksCodec;
import io.kafkasend.portal.ledger.OffsetRuns;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallClaimTest {
    private final Parts parts = new Parts();
    private final Parts once = new Parts(Map.of("delivery", "at-most-once"));

    private static CompletableFuture<Exchange> claim(Parts parts, Job job) {
        return claim(parts, job, Clock.systemUTC());
    }

    private static CompletableFuture<Exchange> claim(Parts parts, Job job, Clock clock) {
        CallClaim claim = new CallClaim(parts.jobs, parts.outcomes, parts.configuration, clock);
        Exchange exchange = parts.exchange(job);
        return CompletableFuture.supplyAsync(() -> {
            try {
                claim.process(exchange);
            } catch (RefusedException | PolicyViolation | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return exchange;
        });
    }

    private static Map<TopicPartition, OffsetAndMetadata> commit(Parts parts) {
        Awaitility.await().until(parts.ledger::wantsCommit);
        return parts.ledger.safeOffsets(List.of(Parts.PARTITION));
    }

    private static CommitMarks marks(Map<TopicPartition, OffsetAndMetadata> commit) {
        OffsetAndMetadata offset = commit.get(Parts.PARTITION);
        return CommitMarks.read(offset.offset(), offset.metadata()).orElseThrow();
    }

    @Test
    void lastsNoTimeWhereCallsMayBeRepeated() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);

        // Then
        assertThat(claim(parts, job).join().isRouteStop()).isFalse();
        assertThat(marks(parts.ledger.safeOffsets(List.of(Parts.PARTITION))).begun())
                .isEmpty();
    }

    @Test
    void leavesAJobToThePartitionsNewOwnerThatOnlyWaitedForACaller() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        Exchange exchange = claim(parts, job).join();

        // Then
        assertThat(exchange.isRouteStop()).isTrue();
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.jobs.underWay()).isZero();
        assertThat(parts.jobs.hasEnded(job.correlationId())).isFalse();
        assertThat(job.records().bind(parts.read(0))).isFalse();
    }

    @Test
    void callsAJobWhosePartitionCameBackMeanwhile() {
        // Given
        RequestStart start = Start.withChunks(1);
        Job job = parts.call(start, 0);
        parts.ledger.forget(List.of(Parts.PARTITION));
        job.records().bind(parts.read(0));

        // Then
        assertThat(claim(parts, job).join().isRouteStop()).isFalse();
    }

    @Test
    void doesNotCallAJobAgainThatWasAnsweredBeforeACrash() {
        // Given
        parts.begin(0, 9);
        Job job = parts.call(Start.withChunks(1), 0);
        parts.answered.add(job.id());

        // When
        Exchange exchange = claim(parts, job).join();

        // Then
        assertThat(exchange.isRouteStop()).isTrue();
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.ledger.unsettled()).isZero();
        assertThat(parts.jobs.hasEnded(job.correlationId())).isTrue();
    }

    @Test
    void doesNotCallAJobAgainWhoseClientHasTheBeginOfAStream() {
        // Given
        parts.begin(0, 9);
        Job job = parts.call(Start.withChunks(1), 0);
        parts.begun.add(job.id());

        // Then
        assertThatThrownBy(() -> claim(parts, job).join())
                .rootCause()
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ErrorCode.ANSWER_INTERRUPTED));
    }

    @Test
    void doesNotAskForTheOutcomeOfAJobThatIsNew() {
        // Given
        parts.begin(0, 9);
        Job job = parts.call(Start.withChunks(1), 9);
        parts.answered.add(job.id());

        // Then
        assertThat(claim(parts, job).join().isRouteStop()).isFalse();
    }

    @Test
    void doesNotBeginACallWhoseClientWaitsNoLonger() {
        // Given
        Job job = parts.call(Start.of(Method.POST).chunks(1).timeoutSeconds(0).build(), 0);

        // Then
        assertThatThrownBy(() -> claim(parts, job).join())
                .rootCause()
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_TIMEOUT));
    }

    @Test
    void doesNotBeginACallOnceTheSignaturesTimeIsOver() throws Exception {
        // Given: exp is 1,000, and clocks may be 30 seconds apart
        Job job = signedUntil(parts, 1_000);
        Job last = signedUntil(once, 1_000);

        // When
        CompletableFuture<Exchange> inTime = claim(parts, job, at(1_030));
        CompletableFuture<Exchange> late = claim(parts, job, at(1_031));
        CompletableFuture<Exchange> lateAtMostOnce = claim(once, last, at(1_031));

        // Then
        assertThat(inTime.join().isRouteStop()).isFalse();
        for (CompletableFuture<Exchange> claim : List.of(late, lateAtMostOnce)) {
            assertThatThrownBy(claim::join).rootCause().isInstanceOfSatisfying(PolicyViolation.class, e -> assertThat(
                            e.reason())
                    .isEqualTo(Reason.SIGNATURE_EXPIRED));
        }
        assertThat(once.ledger.wantsCommit()).isFalse();
    }

    @Test
    void doesNotBeginACallWhoseClientGaveUpWhileItWaitedHere() throws Exception {
        // Given: clocks may be 20 seconds apart
        RequestStart start = Start.of(Method.GET).build();
        Job job = parts.jobs.open(
                start, Parts.digest(start), parts.read(0), Parts.UNSIGNED, new Expiry(1_000_000, Long.MAX_VALUE));
        parts.jobs.leaveAssembly(job);

        // When
        CompletableFuture<Exchange> inTime = claim(parts, job, at(1_020));
        CompletableFuture<Exchange> late = claim(parts, job, at(1_021));

        // Then
        assertThat(inTime.join().isRouteStop()).isFalse();
        assertThatThrownBy(late::join).rootCause().isInstanceOfSatisfying(RefusedException.class, e -> assertThat(
                        e.code())
                .isEqualTo(ErrorCode.EXPIRED));
    }

    @Test
    void leavesAJobToThePartitionsNewOwnerThoughTheSignaturesTimeIsOver() throws Exception {
        // Given
        Job job = signedUntil(parts, 1_000);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // Then: that one says so, and only once
        assertThat(claim(parts, job, at(2_000)).join().isRouteStop()).isTrue();
    }

    private static Job signedUntil(Parts parts, long seconds) throws RefusedException {
        Job job = parts.open(Start.withChunks(0), 0, Parts.UNSIGNED.until(seconds));
        parts.jobs.leaveAssembly(job);
        return job;
    }

    private static Clock at(long seconds) {
        return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    }

    @Test
    void atMostOnceWaitsUntilTheBrokerKnowsThatTheCallBegins() {
        // Given
        Job job = once.call(Start.withChunks(2), 5);
        CompletableFuture<Exchange> claim = claim(once, job);

        // When
        Map<TopicPartition, OffsetAndMetadata> commit = commit(once);

        // Then
        assertThat(marks(commit).safe()).isEqualTo(5);
        assertThat(marks(commit).begun()).containsExactly(5L);
        assertThat(marks(commit).done().runs()).containsExactly(new OffsetRuns.Run(6, 8));
        assertThat(claim).isNotDone();
        once.ledger.confirm(commit);
        assertThat(claim.join().isRouteStop()).isFalse();
        once.jobs.settle(job);
        assertThat(once.safe()).isEqualTo(8);
    }

    @Test
    void atMostOnceDoesNotBeginWhatTheBrokerDoesNotKnowWhenThePartitionLeaves() {
        // Given
        Job job = once.call(Start.withChunks(2), 5);
        CompletableFuture<Exchange> claim = claim(once, job);
        commit(once);

        // When
        once.ledger.leave(List.of(Parts.PARTITION));

        // Then
        assertThat(claim.join().isRouteStop()).isTrue();
        CommitMarks left = marks(once.ledger.safeOffsets(List.of(Parts.PARTITION)));
        assertThat(left.begun()).isEmpty();
        assertThat(left.done().runs()).isEmpty();
    }

    @Test
    void atMostOnceWaitsWhereTheMarkWouldNotFit() {
        // Given
        Job first = once.open(Start.withChunks(1), 0);
        Job far = once.call(Start.withChunks(0), CommitMarksCodec.WINDOW);
        CompletableFuture<Exchange> claim = claim(once, far);
        assertThat(once.ledger.wantsCommit()).isFalse();

        // When
        once.jobs.endIfAssembling(first, JobOutcome.ELSEWHERE);
        once.jobs.settle(first);

        // Then
        once.ledger.confirm(commit(once));
        assertThat(claim.join().isRouteStop()).isFalse();
    }
}
