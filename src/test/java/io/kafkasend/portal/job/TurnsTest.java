package io.kafkasend.portal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.ClientPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Requester NOBODY = Parts.UNSIGNED;
    private static final Requester A = NOBODY.answeredOn("a");
    private static final Requester B = NOBODY.answeredOn("b");
    private static final Requester C = NOBODY.answeredOn("c");

    private final Parts parts = new Parts(Map.of("reply-topics", "a,b,c", "max-concurrent-jobs", "10"));
    private final List<Job> lapsed = new ArrayList<>();
    private long offset;

    private record Waiting(Job job, List<Job> lapsed) implements Turns.Turn {
        @Override
        public void lapse() {
            lapsed.add(job);
        }
    }

    private Job wait(Parts parts, Requester caller) {
        try {
            Job job = parts.open(Start.withChunks(0), offset++, caller);
            parts.turns.add(new Waiting(job, lapsed));
            return job;
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> given(Parts parts) {
        List<String> flows = new ArrayList<>();
        for (Optional<Turns.Turn> turn = parts.turns.next(); turn.isPresent(); turn = parts.turns.next()) {
            flows.add(turn.get().job().flow().name());
        }
        return flows;
    }

    private void many(Parts parts, int count, Requester caller) {
        IntStream.range(0, count).forEach(i -> wait(parts, caller));
    }

    @Test
    void oneClientMayHaveEveryCallerWhereThereCanBeNoOther() {
        // Given
        Parts alone = new Parts(Map.of("max-concurrent-jobs", "3"));

        // When
        many(alone, 5, NOBODY);

        // Then
        assertThat(given(alone)).hasSize(3);
        assertThat(alone.turns.waiting()).isEqualTo(2);
    }

    @Test
    void elsewhereItHasHalfAndTheOthersComeAtOnceAndTheLastIsForWhoHasNone() {
        // Given
        many(parts, 20, A);
        assertThat(given(parts)).hasSize(5).containsOnly("a");

        // Then
        many(parts, 20, B);
        assertThat(given(parts)).hasSize(4).containsOnly("b");
        many(parts, 20, C);
        assertThat(given(parts)).containsExactly("c");
        assertThat(parts.turns.running()).isEqualTo(10);
    }

    @Test
    void halfOfAnOddNumberIsRoundedUpAndOneCallerIsForWhoeverComesFirst() {
        // Given
        Parts three = new Parts(Map.of("reply-topics", "a,b", "max-concurrent-jobs", "3"));
        Parts two = new Parts(Map.of("reply-topics", "a,b", "max-concurrent-jobs", "2"));
        Parts one = new Parts(Map.of("reply-topics", "a,b", "max-concurrent-jobs", "1"));
        for (Parts few : List.of(three, two, one)) {
            many(few, 5, A);
        }

        // Then
        assertThat(given(three)).hasSize(2);
        assertThat(given(two)).hasSize(1);
        assertThat(given(one)).hasSize(1);
    }

    @Test
    void theCallerThatIsKeptForOthersGoesToNoneThatHasOne() {
        // Given
        many(parts, 6, A);
        many(parts, 5, B);
        assertThat(given(parts)).hasSize(9);

        // When
        wait(parts, C);
        assertThat(given(parts)).containsExactly("c");
        parts.turns.end(B.flow());

        // Then
        assertThat(given(parts)).isEmpty();
        parts.turns.end(C.flow());
        assertThat(given(parts)).containsExactly("b");
    }

    @Test
    void flowsTakeTurnsHoweverManyJobsEachHasAndEachKeepsItsOwnOrder() {
        // Given
        Parts narrow = new Parts(Map.of("reply-topics", "a,b,c", "max-concurrent-jobs", "2"));
        many(narrow, 400, A);
        Job firstOfB = wait(narrow, B);
        wait(narrow, B);
        wait(narrow, C);
        List<Job> order = new ArrayList<>();

        // When
        for (Optional<Turns.Turn> turn = narrow.turns.next(); order.size() < 8; turn = narrow.turns.next()) {
            order.add(turn.orElseThrow().job());
            narrow.turns.end(turn.get().job().flow());
        }

        // Then
        assertThat(order.stream().map(job -> job.flow().name()))
                .containsExactly("a", "b", "c", "a", "b", "a", "a", "a");
        assertThat(order.get(1)).isSameAs(firstOfB);
    }

    @Test
    void aPolicyTakesThePlaceOfHalf() {
        // Given
        Requester narrow = policy("running_jobs: 2").answeredOn("a");
        Requester wide = policy("running_jobs: 9").answeredOn("b");

        // When
        many(parts, 20, narrow);
        List<String> first = given(parts);
        first.forEach(flow -> parts.turns.end(narrow.flow()));
        IntStream.range(0, 20).forEach(i -> wait(parts, wide));

        // Then
        assertThat(first).hasSize(2);
        assertThat(given(parts)).filteredOn("b"::equals).hasSize(7);
    }

    private static Requester policy(String entry) {
        try {
            ClientPolicy policy =
                    ClientPolicies.parse("anonymous: {" + entry + "}", true).anonymous();
            return new Requester(null, () -> Optional.of(policy), null);
        } catch (io.kafkasend.security.client.PolicyFileException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aJobThatEndsWhileItWaitsLapsesAndLeavesNothingBehind() {
        // Given
        many(parts, 5, A);
        given(parts);
        Job waiting = wait(parts, A);

        // When
        parts.jobs.end(waiting);

        // Then
        assertThat(lapsed).containsExactly(waiting);
        assertThat(parts.turns.waiting()).isZero();
        assertThat(parts.bodies.heldBytes()).isPositive();
        parts.turns.end(A.flow());
        assertThat(given(parts)).isEmpty();
        parts.turns.leave(waiting);
        assertThat(lapsed).hasSize(1);
    }

    @Test
    void givesNoTurnsOnceThePortalIsAboutToEndUntilItStartsAgain() {
        // Given
        many(parts, 1, A);

        // When
        parts.turns.open(false);

        // Then
        assertThat(given(parts)).isEmpty();
        parts.turns.open(true);
        assertThat(given(parts)).containsExactly("a");
    }

    @Test
    void tellsHowManyAreCalledBeforeEachThatWaits() {
        // Given
        Job first = wait(parts, A);
        Job second = wait(parts, A);
        Job third = wait(parts, A);
        Job other = wait(parts, B);

        // When
        Map<Job, Integer> places = parts.turns.places();

        // Then
        assertThat(places).containsOnly(entry(first, 0), entry(other, 1), entry(second, 2), entry(third, 3));
    }
}
