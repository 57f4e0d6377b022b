package io.kafkasend.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcceptanceTest {
    private static final ResponseStatus ACCEPTED =
            new ResponseStatus(JobId.random(), "assembling", 1, 9, 0, null, null, null, null, null, null);

    private final PortalVoice voice = new PortalVoice(1);
    private final Acceptance acceptance = new Acceptance(voice, new Taking(null), () -> {}, () -> {});

    @Test
    void whereAnAnswerCameAndNothingWasToldNoPortalIsWaitedForAgain() throws Exception {
        // When
        acceptance.await();
        acceptance.answered();

        // Then
        assertThat(voice.speaks()).isFalse();
    }

    @Test
    void aPortalThatWasSlowIsWaitedForAgain() throws Exception {
        // When
        acceptance.await();
        acceptance.stage(ACCEPTED);
        acceptance.answered();

        // Then
        assertThat(voice.speaks()).isTrue();
    }

    @Test
    void aPortalThatHasNotAnsweredYetMayBeSlowOnly() throws Exception {
        // When
        acceptance.await();

        // Then
        assertThat(voice.speaks()).isTrue();
    }

    @Test
    void anAnswerForWhichNobodyWaitedSaysNothingOfThePortals() {
        // When
        acceptance.answered();

        // Then
        assertThat(voice.speaks()).isTrue();
    }

    @Test
    void onePortalThatTellsMakesTheWaitWorthItAgain() throws Exception {
        // Given
        acceptance.await();
        acceptance.answered();

        // When
        new Acceptance(voice, new Taking(null), () -> {}, () -> {}).stage(ACCEPTED);

        // Then
        assertThat(voice.speaks()).isTrue();
    }
}
