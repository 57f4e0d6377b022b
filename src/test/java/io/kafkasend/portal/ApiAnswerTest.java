package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class ApiAnswerTest {
    private final AtomicInteger closed = new AtomicInteger();
    private final BasicClassicHttpResponse response = new BasicClassicHttpResponse(207) {
        @Override
        public void close() throws IOException {
            closed.incrementAndGet();
            throw new IOException("gone already");
        }
    };

    @Test
    void joinsRepeatedFieldsWhateverTheirCaseAndSplitsNone() {
        // Given
        response.addHeader("Link", "<a>; rel=\"next\", <b>");
        response.addHeader("X-Empty", null);
        response.addHeader("link", "<c>");
        response.addHeader("Date", "Tue, 24 Nov 2026 12:00:00 GMT");

        // When
        ApiAnswer answer = new ApiAnswer(response);

        // Then
        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.headers())
                .isEqualTo(Map.of(
                        "Link", "<a>; rel=\"next\", <b>, <c>", "X-Empty", "", "Date", "Tue, 24 Nov 2026 12:00:00 GMT"));
        assertThat(answer.values("Link")).containsExactly("<a>; rel=\"next\", <b>", "<c>");
    }

    @Test
    void letsGoOfTheConnectionEvenWhereThatFails() {
        // When
        new ApiAnswer(response).discard();

        // Then
        assertThat(closed).hasValue(1);
    }
}
