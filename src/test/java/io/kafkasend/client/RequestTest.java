package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

        assertThat(request.headers()).containsExactly(Map.entry("x-a", "2"));
    }

    @Test
    void valuesThatAreAddedToAHeaderAreJoinedAsAListIs() {
        Request request = Request.builder()
                .endpoint("/a")
                .addHeader("Accept", "text/html")
                .addHeader("X-A", "1")
                .addHeader("accept", "text/plain")
                .addHeader("ACCEPT", "*/*;q=0.1")
                .build();

        assertThat(request.headers())
                .containsExactly(Map.entry("X-A", "1"), Map.entry("Accept", "text/html, text/plain, */*;q=0.1"));
    }

    @Test
    void aHeaderThatIsNoListTakesNoSecondValue() {
        for (String name : new String[] {"Content-Type", "if-modified-since", "User-Agent"}) {
            Request.Builder builder = Request.builder().addHeader(name, "a");

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.addHeader(name, "b"))
                    .withMessage("header " + name + " is given twice; it takes one value");
            assertThat(builder.header(name, "b").endpoint("/a").build().headers())
                    .containsExactly(Map.entry(name, "b"));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Request.builder().header("a", "b".repeat(8_191)).addHeader("a", "c"))
                .withMessageContaining("over 8192 characters");
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

    @Test
    void aFormsFieldsStayInTheirOrder() {
        // When
        Request request = Request.builder()
                .method(Method.POST)
                .endpoint("/a")
                .filename("f")
                .formField("document")
                .form("b", "1")
                .form("a", "2")
                .form("b", "")
                .build();

        // Then
        assertThat(request.form().file()).isEqualTo("document");
        assertThat(request.form().texts())
                .containsExactly(Map.entry("b", List.of("1", "")), Map.entry("a", List.of("2")));
    }

    @Test
    void aFormThatNoPortalTakesIsRefusedWhereItIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Request.builder().endpoint("/a").form("a", "b").build())
                .withMessageContaining("no filename");
        for (String name : List.of("", "a\\", "a\u0000", "a".repeat(256))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> form().form(name, "b").build())
                    .withMessageContaining("1 to 255 characters");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> form().formField(name).build())
                    .withMessageContaining("1 to 255 characters");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> form().form("a", "b".repeat(65_536)).build())
                .withMessageContaining("65536 characters");
        Request.Builder many = form();
        IntStream.rangeClosed(0, 128).forEach(i -> many.form("a", ""));
        assertThatIllegalArgumentException().isThrownBy(many::build).withMessageContaining("128 text fields");
    }

    @Test
    void aJobThatHasAnIdIsNotSentAgain() {
        // Given
        JobId id = JobId.random();
        Request.Builder named = Request.builder().endpoint("/a").jobId(id);

        // Then
        assertThat(named.build().jobId()).contains(id);
        assertThat(Request.builder().endpoint("/a").build().jobId()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> named.retries(1).build())
                .withMessageContaining("retries is 1, and each would be another job");
    }

    private static Request.Builder form() {
        return Request.builder().method(Method.POST).endpoint("/a").filename("f");
    }
}
