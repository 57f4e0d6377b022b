package io.kafkasend.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.body.AssembledBody.Addition;
import io.kafkasend.portal.body.BodyBudget;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JobTest {
    private final Parts parts = new Parts();

    private Job job(RequestStart start) {
        return parts.open(start, 0);
    }

    private void take(Job job, int sequence, String data) {
        parts.take(job, sequence, data, 1 + sequence);
    }

    private static void isRefused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.jobId()).isPresent();
        });
    }

    @Test
    void goesThroughItsPhasesOnceAndInOrder() {
        // Given
        Job job = job(Start.withChunks(0));

        // Then
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
        assertThat(job.enter(Phase.ASSEMBLING)).isFalse();
        assertThat(job.enter(Phase.WAITING)).isTrue();
        assertThat(job.enter(Phase.WAITING)).isFalse();
        assertThat(job.enter(Phase.CALLING)).isTrue();
        assertThat(job.enter(Phase.CALLING)).isFalse();
        assertThat(job.enter(Phase.ANSWERING)).isTrue();
        assertThat(job.enter(Phase.CALLING)).isFalse();
        assertThat(job.enter(Phase.ENDED)).isTrue();
        assertThat(job.enter(Phase.ENDED)).isFalse();
        assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void isWholeAtAsManyDistinctSequencesAsAnnounced() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));

        // When
        take(job, 1, "b");
        take(job, 1, "b");

        // Then
        assertThat(job.body().whole()).isFalse();
        assertThat(job.body().chunks()).isEqualTo(1);
        take(job, 0, "a");
        assertThat(job.body().whole()).isTrue();
        assertThat(Parts.text(job.body().store())).isEqualTo("ab");
    }

    @Test
    void anEmptyBodyIsWholeAtOnce() throws Exception {
        // Given
        Job job = job(Start.withChunks(0));

        // Then
        assertThat(job.body().whole()).isTrue();
        assertThat(job.body().store().chunks()).isZero();
        job.body().verify();
    }

    @Test
    void wantsNoChunkThatIsThereAlready() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // Then
        assertThat(job.body().add(Start.chunk(job.start(), 0, "a"))).isEqualTo(Addition.SAME);
        assertThat(job.body().add(Start.chunk(job.start(), 1, "a"))).isEqualTo(Addition.ADDED);
    }

    @Test
    void takesChunksWithoutATotal() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));

        // Then
        assertThat(job.body().add(new RequestChunk(job.id(), 1, null, new byte[1])))
                .isEqualTo(Addition.ADDED);
    }

    @Test
    void refusesAChunkThatContradictsAnotherOrStart() {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // Then
        isRefused(ErrorCode.CHUNK_CONFLICT, () -> job.body().add(Start.chunk(job.start(), 0, "A")));
        isRefused(ErrorCode.SEQUENCE_OUT_OF_RANGE, () -> job.body().add(Start.chunk(job.start(), 2, "a")));
        isRefused(ErrorCode.INVALID_MESSAGE, () -> job.body().add(new RequestChunk(job.id(), 1, 3, "b".getBytes())));
    }

    @Test
    void allocatesNothingFromWhatStartClaims() {
        // When
        List<Job> held = IntStream.range(0, 10_000)
                .mapToObj(i -> bodiless(Start.withChunks(Limits.CHUNKS), i))
                .toList();

        // Then: a table of chunks for each would have taken several gigabytes
        assertThat(held).allMatch(job -> job.body().chunks() == 0);
    }

    @Test
    void verifiesLengthAndChecksums() {
        // Given
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        long crc = 0x352441C2L;

        // Then
        verify(Start.of(Method.POST).crc32(crc).sha256(abc).totalBytes(3), null);
        verify(Start.of(Method.POST).crc32(crc + 1), ErrorCode.CRC_MISMATCH);
        verify(Start.of(Method.POST).totalBytes(4), ErrorCode.LENGTH_MISMATCH);
        verify(Start.of(Method.POST).sha256("0".repeat(64)), ErrorCode.SHA256_MISMATCH);
    }

    /** A job of no {@link Jobs}, so that its limits do not matter. */
    private Job bodiless(RequestStart start, long offset) {
        try {
            return new Job(
                    start,
                    Parts.digest(start),
                    new BodyBudget(parts.configuration, parts.shares).open(start, Parts.UNSIGNED, false),
                    parts.read(offset),
                    Parts.UNSIGNED,
                    Expiry.NEVER,
                    parts.configuration);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void verify(Start start, ErrorCode expected) {
        Job job = bodiless(start.chunks(2).build(), 0);
        parts.take(job, 1, "c", 1);
        parts.take(job, 0, "ab", 2);
        if (expected == null) {
            assertThat(catchThrowable(job.body()::verify)).isNull();
        } else {
            isRefused(expected, job.body()::verify);
        }
    }

    @Test
    void releasesItsBody() {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // When
        job.body().release();

        // Then
        assertThat(job.body().chunks()).isZero();
    }

    @Test
    void settlesEveryRecordThatItWasMadeOf() {
        // Given
        Job job = job(Start.withChunks(1));
        take(job, 0, "a");
        job.records().bind(parts.read(2));
        assertThat(parts.safe()).isZero();

        // When
        job.records().settle();

        // Then
        assertThat(parts.safe()).isEqualTo(3);
    }

    @Test
    void settlesAtOnceWhatJoinsAfterwards() {
        // Given
        Job job = job(Start.withChunks(2));
        job.records().settle();

        // When
        take(job, 0, "a");
        job.records().bind(parts.read(2));

        // Then
        assertThat(parts.safe()).isEqualTo(3);
    }

    @Test
    void keepsNoBytesOnceItHasEnded() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));
        parts.jobs.end(job);

        // When
        Addition late = job.body().add(Start.chunk(job.start(), 0, "a"));

        // Then
        assertThat(late).isEqualTo(Addition.TOO_LATE);
        assertThat(job.body().chunks()).isZero();
    }

    @Test
    void waitsForChunksByIdleTimeAgeAndTheClientsOwnTime() {
        assertThat(millisLeft(Map.of("job-idle-seconds", "30"), null)).isBetween(29_000L, 30_000L);
        assertThat(millisLeft(Map.of("job-max-age-seconds", "20"), null)).isBetween(15_000L, 20_000L);
        assertThat(millisLeft(Map.of(), 10)).isBetween(5_000L, 10_000L);
        assertThat(millisLeft(Map.of("job-max-age-seconds", "20"), 1_000)).isBetween(15_000L, 20_000L);
    }

    private static long millisLeft(Map<String, String> settings, Integer clientsSeconds) {
        return ofClient(settings, clientsSeconds).time().millisLeft();
    }

    private static Job ofClient(Map<String, String> settings, Integer clientsSeconds) {
        Parts parts = new Parts(settings);
        Start start = Start.of(Method.POST).chunks(1);
        return parts.open((clientsSeconds == null ? start : start.timeoutSeconds(clientsSeconds)).build(), 0);
    }

    @Test
    void callsForAsLongAsThePortalAndTheClientAllow() {
        // Given
        Map<String, String> settings = Map.of("job-timeout-seconds", "50", "max-poll-interval-ms", "60000");

        // Then
        assertThat(ofClient(settings, null).time().callNanosLeft()).isEqualTo(TimeUnit.SECONDS.toNanos(50));
        assertThat(ofClient(settings, 1_000).time().callNanosLeft()).isEqualTo(TimeUnit.SECONDS.toNanos(50));
        assertThat(ofClient(settings, 10).time().callNanosLeft())
                .isBetween(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void tellsHowLongItWasInEachPhase() {
        // Given
        Job job = job(Start.withChunks(0));
        assertThat(job.time().spent(Phase.CALLING)).isZero();

        // When
        job.enter(Phase.WAITING);
        await().until(() -> job.time().spent(Phase.WAITING).toMillis() >= 5);
        job.enter(Phase.CALLING);
        job.enter(Phase.ENDED);

        // Then: what it left out took no time, and what is over takes no more
        Duration waited = job.time().spent(Phase.WAITING);
        assertThat(waited).isGreaterThanOrEqualTo(Duration.ofMillis(5));
        assertThat(job.time().spent(Phase.ANSWERING)).isZero();
        await().until(() -> job.time().spent(Phase.ENDED).toMillis() >= 1);
        assertThat(job.time().spent(Phase.WAITING)).isEqualTo(waited);
    }

    @Test
    void theTimeOfACallBeginsWithIt() {
        // Given
        Job job = ofClient(Map.of("job-timeout-seconds", "50", "max-poll-interval-ms", "60000"), null);
        job.enter(Phase.WAITING);
        long whole = job.time().callNanosLeft();

        // When
        job.enter(Phase.CALLING);

        // Then
        assertThat(whole).isEqualTo(TimeUnit.SECONDS.toNanos(50));
        await().until(() -> job.time().callNanosLeft() < whole);
        assertThat(job.time().ownIsOver()).isFalse();
    }

    @Test
    void countsTheBytesThatCameAlsoWhenTheyAreLetGoOf() {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "abc");
        take(job, 0, "abc");
        take(job, 1, "de");

        // When
        job.body().release();

        // Then
        assertThat(job.body().received()).isEqualTo(5);
    }

    @Test
    void endsTheCallInFlightByTimeOrByFailure() {
        // Given
        Job job = job(Start.withChunks(0));
        AtomicInteger aborted = new AtomicInteger();
        job.state().abort(); // no call yet
        job.state().whenAborted(aborted::incrementAndGet);

        // When
        job.state().abort();

        // Then
        assertThat(job.state().timedOut()).isFalse();
        job.state().timeOut();
        assertThat(job.state().timedOut()).isTrue();
        assertThat(aborted).hasValue(2);
    }

    @Test
    void namesOnlyItsId() {
        // Given
        Job job = job(Start.of(Method.GET).endpoint("/api/secret").build());

        // Then
        assertThat(job).hasToString("job " + job.id());
    }
}
