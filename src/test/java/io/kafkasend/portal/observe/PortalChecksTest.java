package io.kafkasend.portal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.management.OwnCheck;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.ApiSight;
import io.kafkasend.portal.kafka.PollPulse.Trouble;
import io.kafkasend.portal.kafka.Pulses;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.Test;

/** Each check by itself, by a clock that the test moves. */
class PortalChecksTest {
    private long now = 1_000_000_000_000L;
    private final Pulses pulses = new Pulses(() -> now);
    private final Grace grace = new Grace(25, () -> now);
    private final ReadingCheck reading = new ReadingCheck(pulses.pulse(), grace);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Result of(OwnCheck check) {
        return check.call(Map.of());
    }

    private void expectNotReady(String reason) {
        assertThat(of(reading).getState()).isEqualTo(State.DOWN);
        assertThat(of(reading).getDetails()).containsEntry("reason", reason);
    }

    @Test
    void itIsReadyOnceItReads() {
        // Given
        expectNotReady("reading has not begun");
        pulses.polls();
        expectNotReady("Kafka does not answer");
        pulses.answered();
        expectNotReady("the consumer group has not said which partitions are this portal's");

        // When
        pulses.reads();

        // Then
        assertThat(of(reading).getState()).isEqualTo(State.UP);
        assertThat(of(reading).getDetails()).containsEntry("partitions", 1);
    }

    @Test
    void aMemberWithoutPartitionsStandsByUnlessThereIsNoTopic() {
        // When
        pulses.polls();
        pulses.gains(List.of(), true);

        // Then
        assertThat(of(reading).getState()).isEqualTo(State.UP);

        // When
        pulses.gains(List.of(), false);

        // Then
        expectNotReady("the request topic does not exist");
    }

    @Test
    void itIsNotReadyBetweenTwoAssignments() {
        // Given
        pulses.reads();

        // When
        pulses.givesUp();

        // Then
        expectNotReady("the consumer group has not said which partitions are this portal's");
    }

    @Test
    void itIsNotReadyWhileKafkaIsSilent() {
        // Given
        pulses.reads();

        // When
        pass(Duration.ofSeconds(14));

        // Then
        assertThat(of(reading).getState()).isEqualTo(State.UP);

        // When
        pass(Duration.ofSeconds(1));

        // Then
        expectNotReady("Kafka does not answer");
    }

    @Test
    void aThreadThatStandsStillIsNotTakenForKafka() {
        // Given
        pulses.reads();
        pass(Duration.ofSeconds(15));

        // When
        pulses.heard();

        // Then
        expectNotReady("the thread that reads requests stands still");
        pulses.polls();
        expectNotReady("Kafka does not answer");
    }

    @Test
    void itIsNotReadyWhileItCannotReadAndWhenItEnds() {
        // Given
        pulses.reads();

        // Then
        pulses.has(Trouble.REFUSED);
        expectNotReady("Kafka refuses the portal; its log says why");
        pulses.has(Trouble.UNREADABLE);
        expectNotReady("requests cannot be read; the log says why");
        pulses.has(Trouble.NONE);
        assertThat(of(reading).getState()).isEqualTo(State.UP);
        grace.begin();
        expectNotReady("the portal is ending");
    }

    @Test
    void liveTurnsRedWhenThePollThreadStandsStill() {
        // Given
        PollThreadCheck check = new PollThreadCheck(pulses.pulse(), () -> false);
        assertThat(of(check).getState()).isEqualTo(State.UP);
        pulses.polls();

        // When
        pass(Duration.ofSeconds(90));

        // Then: Kafka's client may wait for a minute
        assertThat(of(check).getState()).isEqualTo(State.UP);

        // When
        pass(Duration.ofSeconds(1));

        // Then
        assertThat(of(check).getState()).isEqualTo(State.DOWN);
        assertThat(of(check).getDetails())
                .containsEntry("reason", "the thread that reads requests stands still")
                .containsEntry("seconds_since_poll", 91L);

        // When
        pulses.ends();

        // Then: a consumer that was stopped stands still by right
        assertThat(of(check).getState()).isEqualTo(State.UP);
    }

    @Test
    void liveTurnsRedWhenThePortalCannotGoOn() {
        // Given
        AtomicBoolean failed = new AtomicBoolean();
        PollThreadCheck check = new PollThreadCheck(pulses.reads().pulse(), failed::get);

        // When
        failed.set(true);

        // Then
        assertThat(of(check).getState()).isEqualTo(State.DOWN);
    }

    @Test
    void theApiIsAsTheLastCallSawIt() {
        // Given
        PortalConfiguration configuration = Configurations.defaults();
        ApiCheck check = new ApiCheck(configuration, new ApiBreaker(configuration), () -> now);
        assertThat(of(check).getState()).isEqualTo(State.UNKNOWN);

        // Then
        check.saw(ApiSight.ANSWERED);
        assertThat(of(check).getState()).isEqualTo(State.UP);
        check.saw(ApiSight.UNAVAILABLE);
        pass(Duration.ofSeconds(3));
        assertThat(of(check).getState()).isEqualTo(State.DOWN);
        assertThat(of(check).getDetails())
                .containsEntry("last_call", "unavailable")
                .containsEntry("seconds_since_call", 3L)
                .containsEntry("url", "http://localhost:1");
        assertThat(check.isReadiness()).isFalse();
        assertThat(check.isLiveness()).isFalse();
    }

    @Test
    void theTokenServerIsAsTheLastRequestSawIt() {
        // Given
        PortalConfiguration configuration = Configurations.with(Map.of(
                "use-oauth", "true",
                "oauth2-token-url", "https://login.example.com/tenant/token",
                "oauth2-client-id", "portal",
                "oauth2-client-secret", "s"));
        TokenServerCheck check = new TokenServerCheck(configuration, () -> now);
        assertThat(of(check).getState()).isEqualTo(State.UNKNOWN);

        // Then
        check.asked(Optional.empty(), Duration.ZERO);
        assertThat(of(check).getState()).isEqualTo(State.UP);
        check.asked(Optional.of(TokenException.Kind.REJECTED), Duration.ZERO);
        assertThat(of(check).getState()).isEqualTo(State.DOWN);
        assertThat(of(check).getDetails())
                .containsEntry("last_request", "rejected")
                .containsEntry("url", "https://login.example.com");
        assertThat(check.isReadiness()).isFalse();
    }

    @Test
    void withoutOAuthThereIsNothingToSayOfATokenServer() {
        // When
        TokenServerCheck check = new TokenServerCheck(Configurations.defaults(), () -> now);

        // Then
        assertThat(of(check).getState()).isEqualTo(State.UP);
    }
}
