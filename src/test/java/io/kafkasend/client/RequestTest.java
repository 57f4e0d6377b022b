package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkasend.protocol.Method;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void aFileNameWithoutAContentTypeIsStillMultipart() {
        Request request = Request.builder()
                .method(Method.POST)
                .endpoint("/a")
                .filename("f")
                .build();

        assertThat(request.contentType()).contains("application/octet-stream");
    }

    @Test
    void aHeaderReplacesThatOfTheSameNameInAnyCase() {
        Request request = Request.builder()
                .endpoint("/a")
                .header("X-A", "1")
                .header("x-a", "2")
                .build();

        assertThat(request.headers()).containsExactly(java.util.Map.entry("x-a", "2"));
    }

    @Test
    void whatCannotBeSentIsRefusedWhereItIsWritten() {
        Request.Builder builder = Request.builder();
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("endpoint");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.endpoint(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.endpoint("/a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.endpoint("/" + "a".repeat(8_192)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a b", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("a", "b\r\nc: d"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Request.builder()
                        .method(Method.HEAD)
                        .endpoint("/a")
                        .body(Body.of("a"))
                        .build())
                .withMessageContaining("HEAD");
    }
}
