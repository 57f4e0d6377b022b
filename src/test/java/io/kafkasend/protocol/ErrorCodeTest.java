package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeIsCapitalsAndIsFoundByItsNameAndSaysWhatItMeans(ErrorCode code) {
        assertThat(code.name()).matches("[A-Z][A-Z0-9_]+");
        assertThat(ErrorCode.named(code.name())).contains(code);
        assertThat(code.meaning()).endsWith(".").doesNotContain("\n").doesNotContain("|");
    }

    @Test
    void aNewerPortalsCodeIsUnknownAndNoFault() {
        assertThat(ErrorCode.named("A_CODE_OF_TOMORROW")).isEmpty();
        assertThat(ErrorCode.named(null)).isEmpty();
    }

    @Test
    void whatMayHaveTakenEffectIsNotRetryable() {
        assertThat(ErrorCode.API_TIMEOUT.retryable()).isFalse();
        assertThat(ErrorCode.API_BROKEN.retryable()).isFalse();
        assertThat(ErrorCode.API_UNREACHABLE.retryable()).isTrue();
    }

    @Test
    void anErrorIsRetryableAsItsCodeSays() {
        // Given
        JobId jobId = JobId.random();

        // When
        ResponseError error = ResponseError.of(jobId, ErrorCode.TOO_MANY_JOBS, "try later");

        // Then
        assertThat(error).isEqualTo(new ResponseError(jobId, "try later", "TOO_MANY_JOBS", true, null));
    }
}
