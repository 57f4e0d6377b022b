package io.kafkasend.portal.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.requester.Requester;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AssemblyTableTest {
    private static final int LIMIT = 8;
    private static final Requester A = Parts.UNSIGNED.answeredOn("a");
    private static final Requester B = Parts.UNSIGNED.answeredOn("b");
    private static final Requester C = Parts.UNSIGNED.answeredOn("c");

    private final Parts parts = new Parts();
    private final AtomicLong clock = new AtomicLong();
    private final AssemblyTable table = new AssemblyTable(LIMIT, clock::get);
    private long offset;

    private Job job(Requester caller) {
        try {
            return new Job(
                    Start.withChunks(1),
                    Parts.digest(Start.withChunks(1)),
                    parts.bodies.open(Start.withChunks(1), caller, false),
                    parts.read(offset++),
                    caller,
                    Expiry.NEVER,
                    parts.configuration);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private List<Job> add(int count, Requester caller) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(job(caller));
            table.add(jobs.get(i));
        }
        return jobs;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** Takes newcomers as {@link Jobs} does, as long as somebody gives way. */
    private int join(int count, Requester caller) {
        int joined = 0;
        for (int i = 0; i < count; i++) {
            if (table.full()) {
                Optional<Job> other = table.yielding(caller.flow());
                if (other.isEmpty()) {
                    return joined;
                }
                table.remove(other.get());
            }
            add(1, caller);
            joined++;
        }
        return joined;
    }

    @Test
    void oneMayHaveThemAllAndOfTwoEachGetsHalfAndOfThreeAThird() {
        // Given
        assertThat(join(LIMIT, A)).isEqualTo(LIMIT);

        // Then
        assertThat(join(LIMIT, B)).isEqualTo(LIMIT / 2);
        assertThat(table.of(A.flow())).isEqualTo(LIMIT / 2);
        assertThat(join(LIMIT, C)).isEqualTo(2);
        assertThat(table.of(A.flow()) + table.of(B.flow())).isEqualTo(6);
        assertThat(join(LIMIT, A)).isZero();
    }

    @Test
    void theIdlestOfTheHeaviestGivesWay() {
        // Given
        List<Job> jobs = add(LIMIT, A);
        for (Job job : jobs.subList(0, 7)) {
            pass(Duration.ofMillis(1));
            table.touch(job);
        }

        // Then
        assertThat(table.yielding(B.flow())).contains(jobs.get(7));
        table.remove(jobs.get(7));
        assertThat(table.yielding(B.flow())).contains(jobs.get(0));
        table.touch(jobs.get(0));
        assertThat(table.yielding(B.flow())).contains(jobs.get(1));
    }

    @Test
    void ofOneFlowOnlyWhatIsLeftBehindGivesWay() {
        // Given
        List<Job> jobs = add(LIMIT, A);
        jobs.forEach(table::touch);
        table.remove(jobs.get(0));
        Job bare = add(1, A).get(0);

        // Then
        assertThat(table.yielding(A.flow())).isEmpty();
        pass(AssemblyTable.BARE_GRACE);
        assertThat(table.yielding(A.flow())).contains(bare);
        table.remove(bare);
        assertThat(table.yielding(A.flow())).isEmpty();
        pass(AssemblyTable.FED_GRACE);
        assertThat(table.yielding(A.flow())).contains(jobs.get(1));
    }

    @Test
    void whatIsGoneStaysGone() {
        // Given
        Job job = add(1, A).get(0);

        // When
        table.remove(job);
        table.remove(job);
        table.touch(job);

        // Then
        assertThat(table.of(A.flow())).isZero();
        assertThat(table.full()).isFalse();
    }

    @Test
    void roomForManyIsFoundWithoutLookingAtAll() {
        // Given
        AssemblyTable large = new AssemblyTable(1, clock::get);
        Job only = job(A);
        large.add(only);
        pass(AssemblyTable.BARE_GRACE);

        // Then
        assertThat(large.yielding(A.flow())).contains(only);
        assertThat(large.yielding(B.flow())).isEqualTo(Optional.empty());
    }

    @Test
    void thePortalsOwnClientsAreToldApartByTopicAndBySignature() {
        // Then
        assertThat(A.flow()).isEqualTo(Parts.UNSIGNED.answeredOn("a").flow()).isNotEqualTo(B.flow());
        Requester signed = new Requester("a", Optional::empty, null);
        assertThat(signed.flow()).isNotEqualTo(A.flow());
        assertThat(signed.answeredOn("b").flow()).isEqualTo(signed.flow());
        assertThat(Map.of(Parts.UNSIGNED.flow(), 1))
                .containsKey(Parts.UNSIGNED.answeredOn(null).flow());
    }
}
