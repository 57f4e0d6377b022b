package io.kafkasend.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.RefusedException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
    private static RequestHead with(String... values) {
        List<HeaderField> headers = Arrays.stream(values)
                .map(value -> new HeaderField("idempotency-key", value))
                .toList();
        return new RequestHead("POST", "/", "localhost", headers, true, true);
    }

    @Test
    void aTextInQuotesIsAKeyAndSoIsAWordWithout() throws RefusedException {
        assertThat(IdempotencyKey.of(with("\"a b\""))).contains("a b");
        assertThat(IdempotencyKey.of(with("\"a\\\"b\\\\\""))).contains("a\"b\\");
        assertThat(IdempotencyKey.of(with("8e03978e-40d5-43e8-bc93-6894a57f9324")))
                .contains("8e03978e-40d5-43e8-bc93-6894a57f9324");
        assertThat(IdempotencyKey.of(with())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "\"a", "a b", "a\"b", "\"a\";x=1", "a,b"})
    void whatIsNoKeyIsRefused(String value) {
        assertThatThrownBy(() -> IdempotencyKey.of(with(value))).isInstanceOf(RefusedException.class);
    }

    @Test
    void twoKeysAndOneThatIsTooLongAreRefused() {
        assertThatThrownBy(() -> IdempotencyKey.of(with("a", "a"))).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> IdempotencyKey.of(with("a".repeat(256)))).isInstanceOf(RefusedException.class);
    }
}
