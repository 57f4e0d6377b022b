package io.kafkasend.gateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.client.ClientException;
import io.kafkasend.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorStatusTest {
    /** The rows of the document, in their order. */
    static List<String> rows() {
        Stream<String> own = Arrays.stream(GatewayError.values())
                .map(error -> row(error.name(), error.status(), error.retryable(), error.meaning()));
        Stream<String> ofPortals = Arrays.stream(ErrorCode.values())
                .map(code -> row(code.name(), ErrorStatus.of(code), code.retryable(), code.meaning()));
        return Stream.concat(own, ofPortals).toList();
    }

    private static String row(String code, int status, boolean retryable, String meaning) {
        return "| `%s` | %d | %s | %s |".formatted(code, status, retryable ? "yes" : "no", meaning);
    }

    /** Prints the rows. */
    public static void main(String[] arguments) {
        rows().forEach(System.out::println);
    }

    @Test
    void theDocumentHasEveryCodeWithItsStatus() throws IOException {
        assertThat(Files.readAllLines(Path.of("docs/use/gateway.md")).stream()
                        .dropWhile(line -> !line.startsWith("<!-- errors"))
                        .takeWhile(line -> !line.startsWith("<!-- end of errors"))
                        .filter(line -> line.startsWith("| `")))
                .as("the table in docs/use/gateway.md; this class prints it anew")
                .containsExactlyElementsOf(rows());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void whatMayPassLaterIsNoClientsFault(ErrorCode code) {
        int status = ErrorStatus.of(code);

        assertThat(status).isBetween(400, 504);
        if (code.retryable()) {
            assertThat(status).isIn(429, 502, 503, 504);
        }
    }

    @ParameterizedTest
    @EnumSource(ClientException.Kind.class)
    void everyFailureOfTheSdkHasACode(ClientException.Kind kind) {
        Problem problem = Problem.of(new ClientException(kind, null, "because", null));

        assertThat(problem.status()).isEqualTo(ErrorStatus.of(kind).status());
        assertThat(problem.detail()).isEqualTo("because");
    }

    @Test
    void aNewerPortalsCodeIsAFailureBehindTheGateway() {
        assertThat(ErrorStatus.of("SOMETHING_NEW", false)).isEqualTo(502);
        assertThat(ErrorStatus.of("SOMETHING_NEW", true)).isEqualTo(503);
    }

    @Test
    void aProblemIsADocumentOfRfc9457() throws IOException {
        JsonNode json = new ObjectMapper()
                .readTree(Problem.of(GatewayError.CALLER_RATE, "too\nmany").json("some-job"));

        assertThat(json.path("type").asText()).isEqualTo("urn:kafkasend:error:CALLER_RATE");
        assertThat(json.path("status").asInt()).isEqualTo(429);
        assertThat(json.path("detail").asText()).isEqualTo("too\\nmany");
        assertThat(json.path("job_id").asText()).isEqualTo("some-job");
        assertThat(json.path("retryable").asBoolean()).isTrue();
        assertThat(json.path("retry_after_seconds").asInt()).isEqualTo(1);
    }
}
