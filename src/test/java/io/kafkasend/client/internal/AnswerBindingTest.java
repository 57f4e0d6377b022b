package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerBindingTest {
    private static final String OWN = RequestDigest.of(new byte[] {1});
    private static final String OTHER = RequestDigest.of(new byte[] {2});

    private final JobId id = JobId.random();
    private final AnswerBinding binding = new AnswerBinding();

    private ResponseMessage start(String request) {
        return new ResponseStart(id, 1, 200, Map.of(), true, null, null, null, null, request);
    }

    private ResponseMessage chunk(String request) {
        return new ResponseChunk(
                id, 0, 1, null, null, false, request, io.kafkasend.protocol.ByteSlice.of(new byte[] {'a'}));
    }

    private ResponseMessage error(String request) {
        return new ResponseError(id, "text", ErrorCode.UNKNOWN_JOB.name(), false, null, request);
    }

    @Test
    void takesWhatCarriesTheDigestAndNothingOfAnotherRequest() {
        // Given
        binding.bindTo(OWN);

        // Then
        assertThat(binding.takes(start(OTHER))).isFalse();
        assertThat(binding.takes(error(OTHER))).isFalse();
        assertThat(binding.takes(error(RequestDigest.NONE))).isFalse();
        assertThat(binding.takes(start(OWN))).isTrue();
        assertThat(binding.takes(chunk(OWN))).isTrue();
        assertThat(binding.takes(error(OWN))).isTrue();
    }

    @Test
    void takesAnOldPortalsAnswerAsLongAsNoneCarriesTheDigest() {
        // Given
        binding.bindTo(OWN);

        // Then
        assertThat(binding.takes(start(null))).isTrue();
        assertThat(binding.takes(chunk(null))).isTrue();
        assertThat(binding.takes(chunk(OTHER))).isFalse();
        assertThat(binding.takes(error(null))).isTrue();
        assertThat(binding.takes(start(OWN))).isTrue();
        assertThat(binding.takes(error(null))).isFalse();
        assertThat(binding.takes(chunk(null))).isFalse();
    }

    @Test
    void takesNoDigestBeforeTheStartIsKnown() {
        assertThat(binding.takes(start(OWN))).isFalse();
    }

    @Test
    void namesWhatWasNotTaken() {
        // Given
        binding.bindTo(OWN);
        assertThat(binding.refused()).isEmpty();

        // Then
        binding.takes(start(OTHER));
        assertThat(binding.refused()).contains("answers to another request under this id came");
        binding.takes(error(RequestDigest.NONE));
        assertThat(binding.refused())
                .contains("an ERROR came about a record whose START its portal does not know (UNKNOWN_JOB)");
    }

    @Test
    void withoutADigestTheFirstThatComesDecides() {
        // Given
        binding.bindTo(null);

        // Then
        assertThat(binding.takes(error(RequestDigest.NONE))).isFalse();
        assertThat(binding.takes(start(OTHER))).isTrue();
        assertThat(binding.takes(start(OWN))).isFalse();
        assertThat(binding.takes(chunk(OTHER))).isTrue();
        assertThat(binding.takes(chunk(null))).isFalse();
    }
}
