package io.kafkasend.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DelayLineTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong now = new AtomicLong();

    @Test
    void delaysRunSideBySide() throws Exception {
        // Given
        DelayLine line = line(new Pace(50 * MILLI, 0, 0));

        // When
        line.put(new byte[1], false);
        now.set(10 * MILLI);
        line.put(new byte[2], false);

        // Then
        assertThat(out(line)).containsExactly("1 at 50", "2 at 60");
    }

    @Test
    void aBoundedLineTakesPiecesOneAfterAnother() throws Exception {
        // Given: 8 megabits a second are a byte in each microsecond
        DelayLine line = line(new Distance(20, 0, 8, Set.of(Leg.CLIENT)).pace(Leg.CLIENT));

        // When
        line.put(new byte[1_000], false);
        line.put(new byte[2_000], false);
        now.set(30 * MILLI);
        line.put(new byte[500], false);

        // Then
        assertThat(line.lastDue()).isEqualTo(40 * MILLI + MILLI / 2);
        assertThat(out(line)).containsExactly("1000 at 11", "2000 at 13", "500 at 40");
    }

    @Test
    void theOrderStaysWhenTheDistanceShrinks() throws Exception {
        // Given
        List<Pace> pace = new ArrayList<>(List.of(new Pace(50 * MILLI, 0, 0)));
        DelayLine line = new DelayLine(() -> pace.get(0), now::get, 0);

        // When
        line.put(new byte[1], false);
        pace.set(0, Pace.NEAR);
        line.put(new byte[2], false);

        // Then
        assertThat(out(line)).containsExactly("1 at 50", "2 at 50");
    }

    @Test
    void recordsAreAcknowledgedOneAfterAnother() throws Exception {
        // Given
        DelayLine line = line(new Pace(0, 0, 250 * MILLI));

        // When
        line.put(new byte[1], true);
        line.put(new byte[2], true);
        line.put(new byte[3], false);

        // Then
        assertThat(out(line)).containsExactly("1 at 250", "2 at 500", "3 at 500");
    }

    @Test
    void theEndComesAfterTheSameDelayAndAfterAllElse() throws Exception {
        // Given
        DelayLine line = line(new Pace(50 * MILLI, 0, 0));
        line.put(new byte[1], false);

        // When
        now.set(5 * MILLI);
        line.end();

        // Then
        assertThat(line.next().due()).isEqualTo(50 * MILLI);
        line.out();
        assertThat(line.next()).isNull();
        assertThat(line.lastDue()).isEqualTo(55 * MILLI);
    }

    @Test
    void whoPutsInMoreThanTheLineHoldsWaits() throws Exception {
        // Given
        DelayLine line = line(Pace.NEAR);
        line.put(new byte[DelayLine.MOST_BYTES], false);
        Thread sender = new Thread(() -> {
            try {
                line.put(new byte[1], false);
                line.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        // When
        sender.start();
        await().until(() -> sender.getState() == Thread.State.WAITING);
        line.out();
        sender.join();

        // Then
        assertThat(out(line)).containsExactly("1 at 0");
    }

    @Test
    void aConnectionIsThereAfterARoundTrip() throws Exception {
        // Given
        DelayLine line = new DelayLine(() -> new Pace(50 * MILLI, 0, 0), now::get, 100 * MILLI);

        // When
        line.put(new byte[1], false);

        // Then
        assertThat(out(line)).containsExactly("1 at 150");
    }

    private DelayLine line(Pace pace) {
        return new DelayLine(() -> pace, now::get, 0);
    }

    /** What is in it, taken out: length and milliseconds. */
    private static List<String> out(DelayLine line) throws InterruptedException {
        line.end();
        List<String> all = new ArrayList<>();
        DelayLine.Piece piece;
        while ((piece = line.next()) != null) {
            all.add(piece.bytes().length + " at " + piece.due() / MILLI);
            line.out();
        }
        return all;
    }
}
