package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BegunRequestTest {
    private static final JobId JOB = JobId.random();
    private static final Instant SINCE = Instant.ofEpochSecond(1_790_000_000);

    private static RequestStart.Builder start(String endpoint, long crc32) {
        return RequestStart.builder(JOB, 3, Method.POST, endpoint)
                .headers(Map.of("X-Id", "7"))
                .crc32(crc32)
                .totalBytes(2_000_000L)
                .expiresAt(SINCE.getEpochSecond() + 60);
    }

    private static BegunRequest begun() {
        RequestStart start = start("/a", 7).build();
        return new BegunRequest(start, new MessageWriter().write(start), "a secret", 2, "requests", "mine", SINCE);
    }

    @Test
    void isReadAsItWasWritten() {
        // When
        BegunRequest read = BegunRequest.read(begun().text()).orElseThrow();

        // Then
        assertThat(read).usingRecursiveComparison().isEqualTo(begun());
        assertThat(read.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{}", "{\"version\":2}", "{\"version\":1}", "{\"version\":1,\"start\":\"e30=\"}"})
    void isNoneWhereItIsNotWhole(String text) {
        assertThat(BegunRequest.read(text)).isEmpty();
    }

    @Test
    void isNoneOfAnyTextThatWasCutOff() {
        String text = begun().text();
        for (int length = 0; length < text.length(); length++) {
            assertThat(BegunRequest.read(text.substring(0, length))).isEmpty();
        }
    }

    @Test
    void isOverWhenItsClientWouldHaveGivenUp() {
        assertThat(begun().over(SINCE.plusSeconds(59))).isFalse();
        assertThat(begun().over(SINCE.plusSeconds(60))).isTrue();
    }

    @Test
    void isNotGoneOnWithByAnotherRequest() {
        assertThatCode(() ->
                        begun().requireSame(start("/a", 7).timeoutSeconds(3).build(), "here"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> begun().requireSame(start("/a", 8).build(), "here"))
                .hasMessage("the body changed since its job " + JOB
                        + " was begun; put it back, or remove here to send it anew");
        assertThatThrownBy(() -> begun().requireSame(start("/b", 7).build(), "here"))
                .hasMessage("job " + JOB + " was begun with another endpoint; send that again, or remove here");
    }
}
