package io.kafkasend.portal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.security.PolicyViolation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long NOW = 1_800_000_000_000L;

    private final Parts parts = new Parts(Map.of("max-assembling-jobs", "1"));
    private final Admission admission = new Admission(
            parts.jobs,
            new RequestPolicy(parts.configuration),
            parts.replyTopics,
            parts.events,
            parts.configuration,
            () -> NOW);
    private long offset;

    private Exchange exchange(RequestMessage message) {
        return parts.exchange(message, parts.read(offset++));
    }

    private Exchange admit(RequestMessage message) throws Exception {
        Exchange exchange = exchange(message);
        admission.process(exchange);
        return exchange;
    }

    private static Job job(Exchange exchange) {
        return JobExchange.of(exchange).job();
    }

    private void isRefused(ErrorCode code, RequestMessage message) {
        assertThatThrownBy(() -> admit(message))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void opensAJobForANewStart() throws Exception {
        // When
        Exchange exchange = admit(Start.withChunks(2));

        // Then
        assertThat(exchange.isRouteStop()).isFalse();
        assertThat(parts.jobs.find(job(exchange).correlationId())).contains(job(exchange));
        assertThat(parts.safe()).isZero();
    }

    @Test
    void refusesAForbiddenEndpointBeforeAJobIsOpened() {
        // Given
        RequestStart start = Start.of(Method.GET).endpoint("/internal/keys").build();

        // Then
        assertThatThrownBy(() -> admit(start)).isInstanceOf(PolicyViolation.class);
        assertThat(parts.jobs.underWay()).isZero();
    }

    @Test
    void refusesAStartOverTheLimit() throws Exception {
        // Given
        admit(Start.withChunks(1));

        // Then
        assertThatThrownBy(() -> admit(Start.withChunks(1)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS));
    }

    private Exchange admitWritten(int secondsAgo, Integer timeoutSeconds) throws Exception {
        RequestStart start = Start.of(Method.GET).timeoutSeconds(timeoutSeconds).build();
        Exchange exchange = exchange(start);
        JobExchange.of(exchange).written(NOW - secondsAgo * 1_000L);
        admission.process(exchange);
        return exchange;
    }

    @Test
    void refusesWhatWaitedInKafkaForLongerThanItsClientWould() throws Exception {
        // Given: all of it was there before this portal, and read by none
        parts.ledger.begin(Map.of(), Map.of(Parts.PARTITION, 10L));

        // Then
        assertThatThrownBy(() -> admitWritten(41, 20))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_TIMEOUT));
        assertThat(parts.jobs.underWay()).isZero();
        assertThat(admitWritten(40, 20).isRouteStop()).as("clocks differ").isFalse();
        assertThat(admitWritten(9_999, null).isRouteStop())
                .as("it would wait for ever")
                .isFalse();
    }

    @Test
    void believesNoClocksOfWhatComesWhileThePortalRunsOrWasReadBefore() throws Exception {
        // Given: the first was read, and from the second on they are new
        parts.begin(0, 1);

        // Then
        assertThat(admitWritten(9_999, 20).isRouteStop())
                .as("its call may have begun")
                .isFalse();
        assertThat(admitWritten(9_999, 20).isRouteStop())
                .as("its clock is wrong")
                .isFalse();
    }

    private Exchange admitUntil(int secondsFromNow, Integer writtenSecondsAgo) throws Exception {
        RequestStart start =
                Start.of(Method.GET).expiresAt(NOW / 1_000 + secondsFromNow).build();
        Exchange exchange = exchange(start);
        JobExchange.of(exchange).written(writtenSecondsAgo == null ? null : NOW - writtenSecondsAgo * 1_000L);
        admission.process(exchange);
        return exchange;
    }

    private static void isExpired(ThrowableAssert.ThrowingCallable admit) {
        assertThatThrownBy(admit).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.EXPIRED);
            assertThat(e.getMessage()).endsWith("no call was made");
        });
    }

    @Test
    void refusesWhatItsClientHasGivenUpHoweverItCameToWait() throws Exception {
        // Given: it reads what is new; a portal that is full for long reads as late as one that was down
        parts.begin(0, 0);

        // Then
        isExpired(() -> admitUntil(-21, null));
        assertThat(parts.jobs.underWay()).isZero();
        assertThat(admitUntil(-20, null).isRouteStop()).as("clocks differ").isFalse();
        assertThat(admitUntil(1, 9_999).isRouteStop()).as("it waits still").isFalse();
    }

    @Test
    void refusesWhatIsOlderThanTheOperatorLetsARequestBe() throws Exception {
        // Given
        Parts strict = new Parts(Map.of("max-request-age-seconds", "30"));
        Admission bounded = new Admission(
                strict.jobs,
                new RequestPolicy(strict.configuration),
                strict.replyTopics,
                strict.events,
                strict.configuration,
                () -> NOW);
        Exchange old = strict.exchange(Start.of(Method.GET).build(), strict.read(0));
        JobExchange.of(old).written(NOW - 51_000);
        Exchange young = strict.exchange(Start.of(Method.GET).build(), strict.read(1));
        JobExchange.of(young).written(NOW - 50_000);

        // When
        isExpired(() -> bounded.process(old));
        bounded.process(young);

        // Then
        assertThat(strict.jobs.underWay()).isEqualTo(1);
    }

    @Test
    void callsWhatWasReadBeforeThoughItsClientHasGivenUp() throws Exception {
        // Given: its call may have begun, and nobody may be told that none was made
        parts.begin(0, 1);

        // Then
        assertThat(admitUntil(-9_999, 9_999).isRouteStop()).isFalse();
    }

    @Test
    void letsAChunkOfAKnownJobPass() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));

        // When
        Exchange chunk = admit(Start.chunk(job.start(), 1, "b"));

        // Then
        assertThat(chunk.isRouteStop()).isFalse();
        assertThat(job(chunk)).isSameAs(job);
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void refusesAChunkWithoutAJob() {
        isRefused(ErrorCode.UNKNOWN_JOB, Start.chunk(Start.withChunks(1), 0, "a"));
    }

    @Test
    void bindsAnEqualSecondStartToTheJob() throws Exception {
        // Given
        RequestStart start = Start.withChunks(2);
        Job job = job(admit(start));

        // When
        Exchange second = admit(start);

        // Then
        assertThat(second.isRouteStop()).isTrue();
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
        job.records().settle();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void ignoresASecondStartThatDiffersWhereTheFirstClientCouldNotTellItsError() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));

        // When
        Exchange other =
                admit(Start.of(Method.POST).id(job.id()).chunks(3).boundBy("s").build());

        // Then
        assertThat(other.isRouteStop()).isTrue();
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
    }

    @Test
    void refusesASecondStartThatDiffersAndLeavesTheBoundJobOfTheFirstAsItIs() throws Exception {
        // Given
        Job job = job(admit(Start.of(Method.POST).chunks(2).boundBy("s").build()));

        // Then
        isRefused(
                ErrorCode.DUPLICATE_START,
                Start.of(Method.POST).id(job.id()).chunks(3).build());
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
    }

    @Test
    void theSameIdOnAnotherPartitionIsAnotherJob() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));
        RequestStart other = Start.of(Method.GET).id(job.id()).build();
        LedgerEntry elsewhere = parts.ledger.entry("api-requests", 1, 0);

        // When
        Exchange exchange = parts.exchange(other, elsewhere);
        admission.process(exchange);
        parts.jobs.end(job(exchange));

        // Then
        assertThat(parts.jobs.find(job.correlationId())).contains(job);
        assertThat(parts.jobs.hasEnded(job.correlationId())).isFalse();
    }

    @Test
    void swallowsAnEqualChunkThatComesTwice() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));
        parts.take(job, 1, "b", offset++);

        // When
        Exchange second = admit(Start.chunk(job.start(), 1, "b"));

        // Then
        assertThat(second.isRouteStop()).isTrue();
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void bindsWhatIsReadAgainAfterAReturnOfThePartitionToTheJobInCall() throws Exception {
        // Given
        RequestStart start = Start.withChunks(1);
        Job job = parts.call(start, 0);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        admit(start);
        admit(Start.chunk(start, 0, "chunk0"));

        // Then
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
        parts.jobs.settle(job);
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void settlesWhatComesLateNotBeforeTheClientHasItsError() throws Exception {
        // Given
        RequestStart start = Start.withChunks(2);
        Job job = job(admit(start));
        parts.jobs.endIfAssembling(job, JobOutcome.ELSEWHERE);

        // When
        admit(Start.chunk(start, 0, "late"));

        // Then
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
        parts.jobs.settle(job);
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void swallowsTheTailOfAJobThatWasDoneBefore() throws Exception {
        // Given
        parts.begin(0, 4);

        // When
        Exchange tail = admit(Start.chunk(Start.withChunks(1), 0, "a"));

        // Then
        assertThat(tail.isRouteStop()).isTrue();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void doesNotKnowTheOutcomeOfACallThatHadBegunBefore() {
        // Given
        parts.begin(0, 4, 0L);

        // Then
        assertThatThrownBy(() -> admit(Start.withChunks(1)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        assertThat(parts.jobs.underWay()).isZero();
    }

    @Test
    void namesTheJobOfAChunkThatContradicts() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));
        Exchange surplus = exchange(Start.chunk(job.start(), 2, "c"));

        // Then
        assertThatThrownBy(() -> admission.process(surplus)).isInstanceOf(ProtocolException.class);
        assertThat(job(surplus)).isSameAs(job);
    }

    @Test
    void swallowsAnyChunkOnceTheCallHasBegun() throws Exception {
        // Given
        Job job = parts.call(Start.withChunks(1), 100);

        // When
        Exchange late = admit(Start.chunk(job.start(), 0, "another"));

        // Then
        assertThat(late.isRouteStop()).isTrue();
        assertThat(job(late)).isNull();
    }

    @Test
    void swallowsWhatComesForAJobThatHasEnded() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));
        parts.jobs.end(job);
        job.records().settle();

        // When
        Exchange chunk = admit(Start.chunk(job.start(), 0, "a"));
        Exchange start = admit(job.start());

        // Then
        assertThat(chunk.isRouteStop()).isTrue();
        assertThat(start.isRouteStop()).isTrue();
        assertThat(parts.jobs.underWay()).isZero();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    private Exchange cancel(Job job) {
        Exchange exchange = exchange(new RequestCancel(job.id()));
        assertThatThrownBy(() -> admission.process(exchange))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        return exchange;
    }

    @Test
    void cancelsAJobThatIsBeingAssembled() throws Exception {
        // Given
        Job job = job(admit(Start.withChunks(2)));

        // When
        Exchange cancel = cancel(job);

        // Then
        assertThat(job(cancel)).isSameAs(job);
        assertThat(job.state().cancelled()).isTrue();
    }

    @Test
    void cancelsAJobThatIsBeingCalled() {
        // Given
        Job job = parts.call(Start.withChunks(1), 100);

        // Then
        assertThat(job(cancel(job))).isSameAs(job);
    }

    @Test
    void ignoresACancelWhenTheWholeAnswerIsOnItsWay() throws Exception {
        // Given
        Job job = parts.call(Start.withChunks(1), 100);
        job.enter(Phase.ANSWERING);
        assertThat(job.state().maySend(true)).isTrue();

        // When
        Exchange cancel = admit(new RequestCancel(job.id()));

        // Then
        assertThat(cancel.isRouteStop()).isTrue();
        assertThat(job.state().cancelled()).isFalse();
        assertThat(parts.ledger.unsettled()).isEqualTo(3);
        job.records().settle();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    @Test
    void ignoresACancelOfAJobThatIsNotKnownAndDoesNotSpendItsId() throws Exception {
        // Given
        RequestStart start = Start.withChunks(1);

        // When
        Exchange cancel = admit(new RequestCancel(start.jobId()));

        // Then
        assertThat(cancel.isRouteStop()).isTrue();
        assertThat(parts.ledger.unsettled()).isZero();
        assertThat(job(admit(start))).isNotNull();
    }

    @Test
    void letsNoRecordOfACancelledJobsAnswerOut() {
        // Given
        Job job = parts.call(Start.withChunks(1), 100);
        job.enter(Phase.ANSWERING);

        // When
        cancel(job);

        // Then
        assertThat(job.state().maySend(false)).isFalse();
        assertThat(job.state().maySend(true)).isFalse();
    }

    private static RequestStart announcing(ContentEncoding encoding, boolean frames) {
        return Start.of(Method.POST)
                .chunks(2)
                .transfer(new Transfer(encoding, frames, false, Set.of()))
                .build();
    }

    private static RequestChunk frame(RequestStart start, int sequence, byte[] data) {
        return new RequestChunk(start.jobId(), sequence, 2, true, data);
    }

    @Test
    void takesFramesOnlyWhereStartAnnouncesThem() throws Exception {
        // Given
        RequestStart start = announcing(null, false);
        admit(start);

        // Then
        isRefused(ErrorCode.INVALID_MESSAGE, frame(start, 0, new byte[1]));
    }

    @Test
    void keepsWhatComesOutOfACompressedChunk() throws Exception {
        // Given
        RequestStart start = announcing(ContentEncoding.ZSTD, true);
        Job job = job(admit(start));
        byte[] data = new byte[100_000];
        long before = parts.bodies.heldBytes();

        // When
        admit(frame(start, 0, ContentEncoding.ZSTD.encode(data)));
        Exchange again =
                admit(new RequestChunk(start.jobId(), 0, 2, ContentEncoding.ZSTD.encode(data))); // in JSON this time

        // Then
        assertThat(again.isRouteStop()).isTrue();
        assertThat(parts.bodies.heldBytes() - before).isBetween(100_000L, 101_000L);
        assertThat(job.body().chunks()).isEqualTo(1);
        isRefused(ErrorCode.CHUNK_CONFLICT, frame(start, 0, ContentEncoding.ZSTD.encode(new byte[99_999])));
        isRefused(ErrorCode.INVALID_ENCODING, frame(start, 1, new byte[10]));
        isRefused(ErrorCode.CHUNK_TOO_LARGE, frame(start, 1, ContentEncoding.ZSTD.encode(new byte[1_048_577])));
    }
}
