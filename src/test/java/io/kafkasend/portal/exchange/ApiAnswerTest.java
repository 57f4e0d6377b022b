package io.kafkasend.portal.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
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
    void knowsTheLengthThatTheApiSaysAndNoneElse() {
        // Given
        response.setEntity(new InputStreamEntity(InputStream.nullInputStream(), 7, null));
        BasicClassicHttpResponse chunked = new BasicClassicHttpResponse(200);
        chunked.setEntity(new InputStreamEntity(InputStream.nullInputStream(), null));

        // Then
        assertThat(new ApiAnswer(response).bytes()).isEqualTo(7);
        assertThat(new ApiAnswer(chunked).bytes()).isNull();
        assertThat(new ApiAnswer(new BasicClassicHttpResponse(204)).bytes()).isNull();
    }

    @Test
    void letsGoOfTheConnectionEvenWhereThatFails() {
        // When
        new ApiAnswer(response).discard();

        // Then
        assertThat(closed).hasValue(1);
    }
}
