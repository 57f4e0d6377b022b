package io.kafkasend.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.CallStart;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.PartitionLedger;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.ClientPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobsTest {
    private final Parts parts = new Parts(Map.of("max-assembling-jobs", "2", "max-concurrent-jobs", "1000"));

    @Test
    void findsAJobWhileItIsUnderWay() {
        // Given
        Job job = parts.open(Start.withChunks(1), 0);

        // Then
        assertThat(parts.jobs.find(job.correlationId())).contains(job);
        assertThat(parts.jobs.hasEnded(job.correlationId())).isFalse();
        assertThat(parts.jobs.underWay()).isEqualTo(1);
        parts.jobs.end(job);
        assertThat(parts.jobs.find(job.correlationId())).isEmpty();
        assertThat(parts.jobs.hasEnded(job.correlationId())).isTrue();
        assertThat(parts.jobs.underWay()).isZero();
    }

    @Test
    void tellsOnceHowEachJobEnded() {
        // Given
        List<JobOutcome> heard = new ArrayList<>();
        parts.jobs.whenEnded((job, outcome) -> {
            assertThat(job.state().ended()).isTrue();
            heard.add(outcome);
        });
        Job answered = parts.call(Start.withChunks(0), 0);
        Job failed = parts.open(Start.withChunks(1), 1);
        Job left = parts.call(Start.withChunks(0), 2);

        // When
        parts.jobs.end(answered, JobOutcome.answered(201));
        parts.jobs.end(answered, JobOutcome.failed(ErrorCode.API_TIMEOUT));
        parts.jobs.endIfAssembling(failed, JobOutcome.failed(ErrorCode.CANCELLED));
        parts.jobs.leaveOwed();

        // Then
        assertThat(left.state().ended()).isTrue();
        assertThat(heard)
                .containsExactly(
                        JobOutcome.answered(201), JobOutcome.failed(ErrorCode.CANCELLED), JobOutcome.ELSEWHERE);
    }

    @Test
    void refusesMoreThanMayBeAssembledButNotJobsWithoutABody() {
        // Given
        Job first = parts.open(Start.withChunks(1), 0);
        parts.open(Start.withChunks(1), 1);

        // Then
        assertThatThrownBy(() -> parts.open(Start.withChunks(1), 2, Parts.UNSIGNED))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS));
        parts.open(Start.withChunks(0), 3);
        parts.jobs.leaveAssembly(first);
        assertThat(parts.jobs.assembling()).isEqualTo(2);
    }

    @Test
    void aClientThatHoldsThemAllGivesWayToAnother() throws Exception {
        // Given
        Requester other = Parts.UNSIGNED.answeredOn("other");
        Job first = parts.open(Start.withChunks(2), 0);
        Job second = parts.open(Start.withChunks(2), 1);
        parts.take(first, 0, "a", 2);
        parts.jobs.touch(first);

        // When
        Job joined = parts.open(Start.withChunks(1), 3, other);

        // Then: its group leaves the aggregator, and fails at the next step
        assertThat(parts.forced).hasSize(1);
        Job gone = second.state().givenUp().isPresent() ? second : first;
        assertThat(gone.state().givenUp().isPresent()).isTrue();
        assertThat(gone.takesChunks()).isFalse();
        assertThatThrownBy(() -> new CallStart(parts.jobs, parts.stopping).process(parts.exchange(gone)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS));
        assertThat(parts.jobs.endIfAssembling(gone, JobOutcome.ELSEWHERE)).isTrue();
        assertThat(parts.jobs.assembling()).isEqualTo(2);
        assertThat(joined.takesChunks()).isTrue();
        assertThatThrownBy(() -> parts.open(Start.withChunks(1), 4, other)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aClientOverItsPolicysOpenJobsIsRefusedAndNobodyElse() throws Exception {
        // Given
        Parts roomy = new Parts(Map.of("reply-topics", "a"));
        ClientPolicy two =
                ClientPolicies.parse("anonymous: {open_jobs: 2}", true).anonymous();
        Requester narrow = new Requester(null, () -> Optional.of(two), null);
        roomy.open(Start.withChunks(1), 0, narrow);
        Job waiting = roomy.open(Start.withChunks(0), 1, narrow);
        roomy.turns.add(turn(waiting));

        // Then
        assertThatThrownBy(() -> roomy.open(Start.withChunks(0), 2, narrow))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS));
        roomy.open(Start.withChunks(1), 3, Parts.UNSIGNED.answeredOn("a"));
        roomy.turns.next();
        roomy.open(Start.withChunks(0), 4, narrow);
    }

    @Test
    void aClientWhoseJobsWaitIsRefusedAtHalfOfThoseThatMayAndReadingGoesOn() throws Exception {
        // Given
        Parts few = new Parts(Map.of("reply-topics", "a", "max-assembling-jobs", "6", "max-concurrent-jobs", "1"));
        for (int i = 0; i < 3; i++) {
            Job job = few.call(Start.withChunks(0), i);
            few.turns.add(turn(job));
        }

        // Then
        assertThatThrownBy(() -> few.open(Start.withChunks(0), 5, Parts.UNSIGNED))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS));
        assertThat(few.slots.full()).isFalse();
        few.open(Start.withChunks(0), 6, Parts.UNSIGNED.answeredOn("a"));
    }

    private static Turns.Turn turn(Job job) {
        return new Turns.Turn() {
            @Override
            public Job job() {
                return job;
            }

            @Override
            public void lapse() {
                throw new AssertionError("the job goes on");
            }
        };
    }

    @Test
    void aJobWhoseAnswerWaitsForOthersGivesItsSlotBackOnce() {
        // Given
        Job job = parts.call(Start.withChunks(0), 0);
        parts.call(Start.withChunks(0), 1);
        assertThat(parts.slots.taken()).isEqualTo(2);

        // When
        parts.jobs.handedOver(job, true);
        parts.jobs.handedOver(job, true);

        // Then
        assertThat(parts.slots.taken()).isEqualTo(1);
        assertThat(parts.jobs.find(job.correlationId())).contains(job);
        parts.jobs.end(job);
        assertThat(parts.slots.taken()).isEqualTo(1);
    }

    @Test
    void answersThatTheBrokerHasMakeRoomForOthers() {
        for (int i = 0; i < 1_000; i++) {
            // Given
            Job job = parts.call(Start.withChunks(0), i);

            // When
            parts.jobs.handedOver(job, true);
            assertThat(parts.jobs.end(job)).isTrue();
            parts.jobs.settle(job);

            // Then
            assertThat(parts.slots.full()).isFalse();
        }
    }

    @Test
    void answersAreCrowdedWhereManyJobsAreCalledNotWhereManyAreAssembled() {
        // Given
        Parts roomy = new Parts(Map.of("max-concurrent-jobs", "1000"));
        IntStream.range(0, 100).forEach(i -> roomy.open(Start.withChunks(1), i));

        for (int i = 0; i < 11; i++) {
            // When
            Job last = roomy.call(Start.withChunks(0), 100 + i);

            // Then
            assertThat(roomy.jobs.answersMayWait(last)).isFalse();
        }
        Job last = roomy.call(Start.withChunks(0), 200);
        await().until(() -> {
            roomy.jobs.answersMayWait(last);
            return roomy.jobs.answersMayWait(last); // right behind another
        });
    }

    @Test
    void shortAnswersMayWaitWhereTheBrokerIsFarUntilItTakesOneSoon() {
        // Given
        for (int i = 0; i < 8; i++) {
            Job before = parts.call(Start.withChunks(0), i);
            assertThat(parts.jobs.answersMayWait(before)).isFalse();
            parts.jobs.handedOver(before, false);
            long since = System.nanoTime();
            await().until(() -> System.nanoTime() - since > 10_000_000);
            parts.jobs.end(before);
            parts.jobs.settle(before);
        }
        Job alone = parts.call(Start.withChunks(0), 8);
        AtomicInteger offset = new AtomicInteger(9);

        // Then
        assertThat(parts.jobs.answersMayWait(alone)).isTrue();

        // When
        await().until(() -> {
            Job quick = parts.call(Start.withChunks(0), offset.getAndIncrement());
            parts.jobs.handedOver(quick, true);
            parts.jobs.end(quick);
            parts.jobs.settle(quick);
            return !parts.jobs.answersMayWait(alone);
        });
    }

    @Test
    void countsItsJobsByPhase() {
        // Given
        parts.open(Start.withChunks(1), 0);
        parts.jobs.leaveAssembly(parts.open(Start.withChunks(0), 1));
        parts.call(Start.withChunks(0), 2);
        parts.jobs.end(parts.call(Start.withChunks(0), 3));

        // Then
        assertThat(parts.jobs.byPhase())
                .isEqualTo(Map.of(Phase.ASSEMBLING, 1L, Phase.WAITING, 1L, Phase.CALLING, 1L, Phase.ANSWERING, 0L));
    }

    @Test
    void admitsAgainOnceAJobHasEnded() {
        // Given
        Job first = parts.open(Start.withChunks(1), 0);
        parts.open(Start.withChunks(1), 1);

        // When
        parts.jobs.end(first);

        // Then
        parts.open(Start.withChunks(1), 2);
        assertThat(parts.jobs.assembling()).isEqualTo(2);
    }

    @Test
    void endsAnAssemblingJobOnceAndDiscardsItsGroup() {
        // Given
        Job job = parts.open(Start.withChunks(2), 0);
        parts.take(job, 0, "a", 1);

        // Then
        assertThat(parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE)).isTrue();
        assertThat(parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE)).isFalse();
        assertThat(parts.jobs.end(job)).isFalse();
        assertThat(parts.jobs.leaveAssembly(job)).isFalse();
        assertThat(parts.jobs.assembling()).isZero();
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.discarded).containsExactly(job.correlationId().toString());
        assertThat(job.body().chunks()).isZero();
    }

    @Test
    void aCallTakesASlotUntilTheJobEnds() {
        for (Phase phase : List.of(Phase.CALLING, Phase.ANSWERING)) {
            // Given
            Job job = parts.call(Start.withChunks(1), 0);
            job.enter(phase);
            assertThat(parts.slots.taken()).isEqualTo(1);
            assertThat(parts.jobs.assembling()).isZero();

            // Then
            assertThat(parts.jobs.leaveAssembly(job)).isFalse();
            assertThat(parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE)).isFalse();
            assertThat(parts.slots.taken()).isEqualTo(1);
            assertThat(parts.jobs.end(job)).isTrue();
            assertThat(parts.jobs.end(job)).isFalse();
            assertThat(parts.slots.taken()).isZero();
            assertThat(parts.jobs.assembling()).isZero();
        }
        assertThat(parts.discarded).isEmpty();
    }

    @Test
    void oneOfManyThreadsEndsAJobAndCountsStayRight() throws Exception {
        for (int round = 0; round < 300; round++) {
            // Given
            Job job = parts.open(Start.withChunks(1), round);
            PartitionLedger partition = parts.ledger
                    .entry(Parts.PARTITION.topic(), Parts.PARTITION.partition(), round)
                    .partition();
            List<Callable<Boolean>> actions = List.of(
                    () -> parts.jobs.end(job),
                    () -> parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE),
                    () -> {
                        parts.jobs.leaveAssembly(job);
                        return false;
                    },
                    () -> parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE),
                    () -> {
                        parts.ledger.forget(List.of(partition.partition()));
                        return false;
                    });

            // When
            List<Boolean> won = together(actions);
            parts.jobs.end(job);

            // Then
            assertThat(won.stream().filter(Boolean::booleanValue).count()).isLessThanOrEqualTo(1);
            assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
            assertThat(parts.jobs.assembling()).isZero();
            assertThat(parts.slots.taken()).isZero();
            assertThat(parts.jobs.underWay()).isZero();
        }
    }

    @Test
    void aJobThatEndsWhileAChunkComesHoldsNothingOfIt() throws Exception {
        for (int round = 0; round < 300; round++) {
            // Given
            Job job = parts.open(Start.withChunks(2), 2L * round);
            LedgerEntry record = parts.read(2L * round + 1);
            RequestChunk chunk = Start.chunk(job.start(), 0, "chunk");

            // When
            together(List.of(
                    () -> {
                        job.body().add(chunk);
                        return job.records().bind(record);
                    },
                    () -> {
                        parts.jobs.end(job);
                        parts.jobs.settle(job);
                        return true;
                    }));

            // Then
            assertThat(job.body().chunks()).isZero();
            assertThat(parts.bodies.heldBytes()).isZero();
            assertThat(parts.ledger.unsettled()).isZero();
        }
    }

    private static <T> List<T> together(List<Callable<T>> actions) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(actions.size());
        try {
            CyclicBarrier barrier = new CyclicBarrier(actions.size());
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> action : actions) {
                futures.add(threads.submit(() -> {
                    barrier.await();
                    return action.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void remembersEndedIdsUpToABound() {
        // Given
        CorrelationId first = new CorrelationId(0, JobId.random());
        assertThat(parts.jobs.remember(first)).isTrue();
        assertThat(parts.jobs.remember(first)).isFalse();

        // When
        CorrelationId last = null;
        for (int i = 0; i < 50_000; i++) {
            last = new CorrelationId(0, new JobId("00000000-0000-4000-8000-%012x".formatted(i)));
            parts.jobs.remember(last);
        }

        // Then
        assertThat(parts.jobs.hasEnded(first)).isFalse();
        assertThat(parts.jobs.hasEnded(last)).isTrue();
    }

    @Test
    void dropsAssembliesOfAPartitionThatIsGoneAndForgetsThem() {
        // Given
        Job assembling = parts.open(Start.withChunks(2), 0);
        Job calling = parts.call(Start.withChunks(0), 1);

        // When
        parts.ledger.forget(List.of(Parts.PARTITION));

        // Then
        assertThat(parts.jobs.find(assembling.correlationId())).isEmpty();
        assertThat(parts.jobs.hasEnded(assembling.correlationId())).isFalse();
        assertThat(parts.jobs.find(calling.correlationId())).contains(calling);
        assertThat(parts.discarded).containsExactly(assembling.correlationId().toString());
        assertThat(parts.jobs.assembling()).isZero();
        assertThat(parts.slots.taken()).isEqualTo(1);
    }

    @Test
    void keepsAssembliesOfOtherPartitions() throws Exception {
        // Given
        LedgerEntry other = parts.ledger.entry("api-requests", 1, 7);
        Job kept = parts.jobs.open(Start.withChunks(2), RequestDigest.NONE, other, Parts.UNSIGNED, Expiry.NEVER);
        parts.read(0);

        // When
        parts.ledger.forget(List.of(Parts.PARTITION));

        // Then
        assertThat(parts.jobs.find(kept.correlationId())).contains(kept);
    }

    @Test
    void aDroppedAssemblyCanBeAssembledAnew() {
        // Given
        Job dropped = parts.open(Start.withChunks(1), 0);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        Job again = parts.open(dropped.start(), 0);

        // Then
        assertThat(parts.jobs.find(dropped.correlationId())).contains(again);
        dropped.records().settle();
        assertThat(parts.safe()).isZero();
        assertThat(parts.jobs.end(dropped)).isFalse();
        assertThat(parts.jobs.find(dropped.correlationId())).contains(again);
    }
}
