package io.kafkasend.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.body.BodyBudget;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job.Phase;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
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
        assertThat(job.phase()).isEqualTo(Phase.ASSEMBLING);
        assertThat(job.enter(Phase.ASSEMBLING)).isFalse();
        assertThat(job.enter(Phase.CALLING)).isTrue();
        assertThat(job.enter(Phase.CALLING)).isFalse();
        assertThat(job.enter(Phase.ANSWERING)).isTrue();
        assertThat(job.enter(Phase.CALLING)).isFalse();
        assertThat(job.enter(Phase.ENDED)).isTrue();
        assertThat(job.enter(Phase.ENDED)).isFalse();
        assertThat(job.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void isWholeAtAsManyDistinctSequencesAsAnnounced() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));

        // When
        take(job, 1, "b");
        take(job, 1, "b");

        // Then
        assertThat(job.whole()).isFalse();
        assertThat(job.received()).isEqualTo(1);
        take(job, 0, "a");
        assertThat(job.whole()).isTrue();
        assertThat(Parts.text(job.body())).isEqualTo("ab");
    }

    @Test
    void anEmptyBodyIsWholeAtOnce() throws Exception {
        // Given
        Job job = job(Start.withChunks(0));

        // Then
        assertThat(job.whole()).isTrue();
        assertThat(job.body().chunks()).isZero();
        job.verify();
    }

    @Test
    void wantsNoChunkThatIsThereAlready() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // Then
        assertThat(job.accepts(Start.chunk(job.start(), 0, "a"))).isFalse();
        assertThat(job.accepts(Start.chunk(job.start(), 1, "a"))).isTrue();
    }

    @Test
    void takesChunksWithoutATotal() throws Exception {
        // Given
        Job job = job(Start.withChunks(2));

        // Then
        assertThat(job.accepts(new RequestChunk(job.id(), 1, null, new byte[1])))
                .isTrue();
    }

    @Test
    void refusesAChunkThatContradictsAnotherOrStart() {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // Then
        isRefused(ErrorCode.CHUNK_CONFLICT, () -> job.accepts(Start.chunk(job.start(), 0, "A")));
        isRefused(ErrorCode.SEQUENCE_OUT_OF_RANGE, () -> job.accepts(Start.chunk(job.start(), 2, "a")));
        isRefused(ErrorCode.INVALID_MESSAGE, () -> job.accepts(new RequestChunk(job.id(), 1, 3, "b".getBytes())));
    }

    @Test
    void allocatesNothingFromWhatStartClaims() {
        // When
        List<Job> held = IntStream.range(0, 10_000)
                .mapToObj(i -> bodiless(Start.withChunks(Limits.CHUNKS), i))
                .toList();

        // Then: a table of chunks for each would have taken several gigabytes
        assertThat(held).allMatch(job -> job.received() == 0);
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
            assertThat(catchThrowable(job::verify)).isNull();
        } else {
            isRefused(expected, job::verify);
        }
    }

    @Test
    void releasesItsBody() {
        // Given
        Job job = job(Start.withChunks(2));
        take(job, 0, "a");

        // When
        job.releaseBody();

        // Then
        assertThat(job.received()).isZero();
    }

    @Test
    void settlesEveryRecordThatItWasMadeOf() {
        // Given
        Job job = job(Start.withChunks(1));
        take(job, 0, "a");
        job.bind(parts.read(2));
        assertThat(parts.safe()).isZero();

        // When
        job.settleRecords();

        // Then
        assertThat(parts.safe()).isEqualTo(3);
    }

    @Test
    void settlesAtOnceWhatJoinsAfterwards() {
        // Given
        Job job = job(Start.withChunks(2));
        job.settleRecords();

        // When
        take(job, 0, "a");
        job.bind(parts.read(2));

        // Then
        assertThat(parts.safe()).isEqualTo(3);
    }

    @Test
    void keepsNoBytesOnceItHasEnded() {
        // Given
        Job job = job(Start.withChunks(2));
        job.enter(Phase.ENDED);

        // When
        take(job, 0, "a");

        // Then
        assertThat(job.received()).isZero();
    }

    @Test
    void waitsForChunksByIdleTimeAgeAndTheClientsOwnTime() {
        assertThat(millisLeft(Map.of("job-idle-seconds", "30"), null)).isBetween(29_000L, 30_000L);
        assertThat(millisLeft(Map.of("job-max-age-seconds", "20"), null)).isBetween(15_000L, 20_000L);
        assertThat(millisLeft(Map.of(), 10)).isBetween(5_000L, 10_000L);
        assertThat(millisLeft(Map.of("job-max-age-seconds", "20"), 1_000)).isBetween(15_000L, 20_000L);
    }

    private static long millisLeft(Map<String, String> settings, Integer clientsSeconds) {
        return ofClient(settings, clientsSeconds).millisLeft();
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
        assertThat(ofClient(settings, null).callNanosLeft()).isEqualTo(TimeUnit.SECONDS.toNanos(50));
        assertThat(ofClient(settings, 1_000).callNanosLeft()).isEqualTo(TimeUnit.SECONDS.toNanos(50));
        assertThat(ofClient(settings, 10).callNanosLeft())
                .isBetween(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void endsTheCallInFlightByTimeOrByFailure() {
        // Given
        Job job = job(Start.withChunks(0));
        AtomicInteger aborted = new AtomicInteger();
        job.abort(); // no call yet
        job.whenAborted(aborted::incrementAndGet);

        // When
        job.abort();

        // Then
        assertThat(job.timedOut()).isFalse();
        job.timeOut();
        assertThat(job.timedOut()).isTrue();
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
