package io.kafkasend.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.ErrorCode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonsTest {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aCodeWhoseMeaningIsAPossibleEffectIsToldAsSuchAndNoneThatIsRetryable(ErrorCode code) {
        // When
        String effect = Reasons.effect(code.retryable(), Optional.of(code.name()));

        // Then
        if (code.meaning().contains("may have taken effect")) {
            assertThat(effect).startsWith("The request may have taken effect");
        } else if (code.retryable()) {
            assertThat(effect).isEqualTo("Nothing was done at the API.");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDPOINT_NOT_ALLOWED", "REQUEST_TOO_LARGE", "SIGNATURE_REQUIRED", "OAUTH_REJECTED"})
    void ofWhatAPortalRefusedItIsSaidThatItMadeNoCall(ErrorCode code) {
        assertThat(Reasons.effect(false, Optional.of(code.name())))
                .isEqualTo("The portal that refused the request made no call.");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DUPLICATE_START", "SIGNATURE_REPLAYED", "UNKNOWN_JOB", "INTERNAL_ERROR", "ANSWER_INTERRUPTED"})
    void aJobThatMayHaveBeenCalledUnderItsIdIsDoubted(ErrorCode code) {
        assertThat(Reasons.effect(false, Optional.of(code.name()))).startsWith("The request may have taken effect");
    }

    @Test
    void aPortalWithoutCodesOrWithANewerOneIsDoubted() {
        assertThat(Reasons.effect(false, Optional.empty())).startsWith("The request may have taken effect");
        assertThat(Reasons.effect(false, Optional.of("NEW_CODE"))).startsWith("The request may have taken effect");
    }
}
