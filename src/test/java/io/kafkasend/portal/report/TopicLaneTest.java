package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.kafka.DeadLetter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class TopicLaneTest {
    private static final int MOST = 5_000;

    private final Parts parts = new Parts();
    private final AtomicLong now = new AtomicLong();
    private long number;

    private Outgoing outgoing(int bytes) {
        Exchange exchange = parts.exchange();
        exchange.getMessage().setBody(new byte[bytes]);
        return Outgoing.of(++number, "topic", exchange);
    }

    private Outgoing letter() {
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange)
                .deadLetter(new DeadLetter("requests", 0, 1, null, null, new byte[1], List.of(), null, null));
        return Outgoing.of(++number, "topic", exchange);
    }

    private void fill(TopicLane lane) {
        for (int i = 0; i < MOST; i++) {
            assertThat(lane.add(outgoing(1))).isTrue();
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void givesWhatWaitsInOrderAlsoWhatComesBack() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        Outgoing first = outgoing(1);
        Outgoing second = outgoing(1);
        Outgoing third = outgoing(1);
        lane.add(first);
        lane.add(second);

        // When
        assertThat(lane.begin()).isTrue();
        assertThat(lane.begin()).as("one thread at a time").isFalse();
        assertThat(lane.next()).containsExactly(first, second);
        lane.add(third);
        lane.again(second, false);
        lane.again(first, false);

        // Then
        assertThat(lane.next()).containsExactly(first, second, third);
        assertThat(lane.next()).isEmpty();
        assertThat(lane.size()).isEqualTo(3);
    }

    @Test
    void givesSoManyTogetherAndNoMore() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        fill(lane);

        // When
        lane.begin();

        // Then
        assertThat(lane.next()).hasSize(128);
        assertThat(lane.next()).hasSize(128);
        assertThat(lane.size()).isEqualTo(MOST);
    }

    /** A lane in a flood: whenever it looks at the clock, these come. */
    private TopicLane flooded(Consumer<TopicLane> more) {
        AtomicReference<TopicLane> flooded = new AtomicReference<>();
        TopicLane lane = new TopicLane("topic", false, () -> {
            if (flooded.get() != null) {
                more.accept(flooded.get());
            }
            return now.get();
        });
        lane.add(outgoing(1));
        lane.add(outgoing(1));
        lane.begin();
        lane.next();
        flooded.set(lane);
        return lane;
    }

    private void add(TopicLane lane, int records) {
        for (int i = 0; i < records; i++) {
            lane.add(outgoing(1));
        }
    }

    @Test
    void refusedRecordsOfAFloodWaitForOneAnotherUntilReadingWouldBeHeldUp() {
        // Given
        TopicLane lane = flooded(same -> add(same, 500));

        // When
        List<Outgoing> next = lane.next();

        // Then
        assertThat(next).hasSize(128);
        assertThat(lane.size()).isBetween(4_000, 4_500);
        assertThat(lane.holdsUp()).isFalse();
    }

    @Test
    void refusedRecordsOfAFloodWaitAQuarterOfASecondAtMost() {
        // Given
        TopicLane lane = flooded(same -> {
            pass(Duration.ofMillis(100));
            add(same, 20);
        });

        // When
        lane.next();

        // Then
        assertThat(now.get())
                .isBetween(
                        Duration.ofMillis(250).toNanos(), Duration.ofMillis(500).toNanos());
    }

    @Test
    void theEndOfAJobDoesNotWaitForTheRefusalsOfAFlood() {
        // Given
        Exchange exchange = parts.exchange();
        exchange.getMessage().setBody(new byte[1]);
        JobExchange.of(exchange).job(parts.open(Start.withChunks(1), 1));
        TopicLane lane = flooded(same -> add(same, 50));
        lane.add(Outgoing.of(++number, "topic", exchange));

        // When
        lane.next();

        // Then
        assertThat(lane.size()).isLessThan(300);
    }

    @Test
    void whatWasWaitedForGoesWithoutAnotherWait() {
        // Given
        AtomicLong looks = new AtomicLong();
        TopicLane lane = flooded(same -> {
            if (looks.incrementAndGet() < 4) {
                add(same, 500);
            }
        });
        List<Outgoing> next = lane.next();
        int waited = lane.size() - next.size();

        // When
        long before = looks.get();
        int given = 0;
        while (given + 128 <= waited) {
            given += lane.next().size();
        }

        // Then
        assertThat(given).isGreaterThan(1_000);
        assertThat(looks.get() - before).as("but whether the topic rests").isEqualTo(given / 128);
    }

    @Test
    void givesNoLettersTogetherWithErrors() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        Outgoing error = outgoing(1);
        Outgoing letter = letter();
        lane.add(error);
        lane.add(letter);

        // When
        lane.begin();

        // Then
        assertThat(lane.next()).containsExactly(error);
        assertThat(lane.next()).containsExactly(letter);
    }

    @Test
    void holdsUpReadingWhileAsManyAreOnTheirWayAsMayBe() {
        // Given
        TopicLane lane = new TopicLane("topic", true, now::get);
        fill(lane);

        // Then
        assertThat(lane.holdsUp()).isTrue();
        lane.begin();
        lane.sent(lane.next().get(0));
        assertThat(lane.holdsUp()).isFalse();
    }

    @Test
    void holdsUpReadingByBytes() {
        TopicLane lane = new TopicLane("topic", false, now::get);

        for (int i = 0; i < 4; i++) {
            assertThat(lane.holdsUp()).isFalse();
            lane.add(outgoing(1 << 20));
        }

        assertThat(lane.holdsUp()).isTrue();
    }

    @Test
    void anotherTopicThatTakesNothingHoldsUpNobodyAndLosesWhatIsOverItsShare() {
        // Given
        TopicLane lane = new TopicLane("topic", true, now::get);
        fill(lane);

        // When
        pass(Duration.ofSeconds(3));

        // Then
        assertThat(lane.holdsUp()).isFalse();
        assertThat(lane.pending()).isZero();
        assertThat(lane.add(outgoing(1))).isFalse();
        assertThat(lane.size()).isEqualTo(MOST);
    }

    @Test
    void thePortalsOwnTopicLosesNothingAndHoldsUpReading() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        fill(lane);

        // When
        pass(Duration.ofHours(1));

        // Then
        assertThat(lane.add(outgoing(1))).isTrue();
        assertThat(lane.holdsUp()).isTrue();
        assertThat(lane.pending()).isEqualTo(MOST + 1);
    }

    @Test
    void aClosedLaneGivesNothing() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        lane.add(outgoing(1));
        lane.begin();
        lane.again(lane.next().get(0), true); // it would rest now

        // When
        lane.close();

        // Then
        assertThat(lane.next()).isEmpty();
        assertThat(lane.size()).isEqualTo(1);
    }

    private Outgoing status() {
        Exchange exchange = parts.exchange();
        exchange.getMessage().setBody(new byte[1]);
        JobExchange.of(exchange).told(parts.open(Start.withChunks(1), number));
        return Outgoing.of(++number, "topic", exchange);
    }

    @Test
    void aStatusIsTakenWhereNotMuchWaitsAndNobodyWaitsForIt() {
        // Given
        TopicLane lane = new TopicLane("topic", false, now::get);
        Outgoing status = status();

        // When
        assertThat(lane.add(status)).isTrue();
        assertThat(lane.pending()).isZero();
        for (int i = 1; i < 128; i++) {
            lane.add(outgoing(1));
        }

        // Then
        assertThat(lane.add(status())).isFalse();
        assertThat(lane.add(outgoing(1))).isTrue();
        assertThat(lane.pending()).isEqualTo(128);
    }

    @Test
    void aStatusSaysNothingAnyMoreOnceItsJobHasEnded() {
        // Given
        Outgoing status = status();
        assertThat(status.overtaken()).isFalse();

        // When
        parts.jobs.underWayNow().stream().forEach(parts.jobs::end);

        // Then
        assertThat(status.overtaken()).isTrue();
        assertThat(outgoing(1).overtaken()).isFalse();
    }
}
