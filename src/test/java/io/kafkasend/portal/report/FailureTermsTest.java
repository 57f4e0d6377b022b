package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTermsTest {
    private static final int BREAKER_SECONDS = 17;

    private final FailureTerms terms = new FailureTerms(BREAKER_SECONDS);

    private ClientFailure ofNoJob(Throwable cause) {
        return terms.of(Optional.empty(), cause);
    }

    @ParameterizedTest
    @EnumSource(value = Reason.class)
    void aRefusalTellsNothingOfThePolicy(Reason reason) {
        // Given: a signature's fault alone is its client's own, who may read it
        boolean tells = reason == Reason.SIGNATURE_INVALID || reason == Reason.SIGNATURE_EXPIRED;

        // When
        ClientFailure failure = ofNoJob(new PolicyViolation(reason, "the-detail"));

        // Then
        assertThat(failure.code()).isNotEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(failure.text().contains("the-detail")).isEqualTo(tells);
    }

    @Test
    void anApiThatIsLeftAloneSaysWhenToComeAgain() {
        // When
        ClientFailure failure =
                ofNoJob(CallNotPermittedException.createCallNotPermittedException(CircuitBreaker.ofDefaults("api")));

        // Then
        assertThat(failure.code()).isEqualTo(ErrorCode.API_UNAVAILABLE);
        assertThat(failure.retryAfterSeconds()).isEqualTo(BREAKER_SECONDS);
    }

    @Test
    void aRefusalKeepsItsOwnTimeAndWords() {
        // When
        ClientFailure limited = ofNoJob(RefusedException.rateLimited(5));
        ClientFailure full = ofNoJob(new RefusedException(ErrorCode.TOO_MANY_JOBS, "the portal is full"));

        // Then
        assertThat(limited.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(limited.retryAfterSeconds()).isEqualTo(5);
        assertThat(full).isEqualTo(new ClientFailure(ErrorCode.TOO_MANY_JOBS, "the portal is full"));
    }

    @Test
    void aDisksFailureNamesNoFile() {
        // When
        ClientFailure failure = ofNoJob(new SpoolException(new IOException("/var/spool/x: no space")));

        // Then
        assertThat(failure.code()).isEqualTo(ErrorCode.SPOOL_UNAVAILABLE);
        assertThat(failure.text()).doesNotContain("/var");
    }

    @Test
    void whatAClientCancelledIsCancelledWhateverBroke() {
        // Given
        Job job = new Parts().call(Start.withChunks(0), 0);
        job.state().cancel();

        // When
        ClientFailure failure = terms.of(Optional.of(job.state()), new SocketTimeoutException());

        // Then
        assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
    }

    @Test
    void whatIsNotKnownIsThePortalsFaultAndTellsNothing() {
        // When
        ClientFailure failure = ofNoJob(new IllegalStateException("a detail"));

        // Then
        assertThat(failure).isEqualTo(new ClientFailure(ErrorCode.INTERNAL_ERROR, "the portal failed"));
    }
}
