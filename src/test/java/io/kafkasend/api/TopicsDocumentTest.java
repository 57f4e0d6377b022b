package io.kafkasend.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code api/asyncapi.yaml} says of the topics what PROTOCOL.md and the code say. */
class TopicsDocumentTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ROW =
            Pattern.compile("^\\| (`[^|]+) \\|[^|]*\\|[^|]*\\| ([^|]+) \\|[^|]*\\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z0-9_-]+)`");

    /** What a reader takes for what it can, and no writer may write. */
    private static final Set<String> FORGIVEN = Set.of(
            "STATUS whose received and start_offset are none",
            "STATUS of a stage of a later version",
            "STATUS that says as little as it may",
            "STATUS with numbers out of their range",
            "START that names more of them than are read");

    private final ApiDocument document = ApiDocument.of("asyncapi.yaml");

    /** A message of the vectors, and what it is. */
    record Vector(String name, String schema, String value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> valid() throws IOException {
        return Stream.concat(
                vectors("requests-valid.jsonl", Set.of("START", "CHUNK"), "Request"),
                vectors("responses-valid.jsonl", Set.of("START", "CHUNK"), "Response"));
    }

    private static Stream<Vector> vectors(String file, Set<String> ofBoth, String side) throws IOException {
        return Files.readAllLines(VECTORS.resolve(file)).stream()
                .map(TopicsDocumentTest::tree)
                .flatMap(vector -> values(vector).map(value -> {
                    String type = tree(value).path("message_type").asText();
                    String name = type.charAt(0) + type.substring(1).toLowerCase(Locale.ROOT);
                    return new Vector(vector.path("name").asText(), ofBoth.contains(type) ? side + name : name, value);
                }));
    }

    /** One message, or several. */
    private static Stream<String> values(JsonNode vector) {
        return vector.has("value")
                ? Stream.of(vector.path("value").asText())
                : ApiDocument.texts(vector.path("values")).stream();
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void everyGoodMessageFitsAndWhatReadersOnlyForgiveDoesNot(Vector vector) {
        if (FORGIVEN.contains(vector.name())) {
            assertThat(document.faults(vector.schema(), vector.value())).isNotEmpty();
        } else {
            assertThat(document.faults(vector.schema(), vector.value())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "RequestStart; {\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"GET\",\"endpoint\":\"/\"}",
                "RequestStart; {\"job_id\":\"550E8400-E29B-41D4-A716-446655440000\",\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"GET\",\"endpoint\":\"/\"}",
                "RequestStart; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"get\",\"endpoint\":\"/\"}",
                "RequestStart; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\",\"total_chunks\":100001,\"method\":\"GET\",\"endpoint\":\"/\"}",
                "RequestStart; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"GET\",\"endpoint\":\"/\",\"crc32\":4294967296}",
                "RequestStart; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"GET\",\"endpoint\":\"/\",\"data\":\"\"}",
                "RequestChunk; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"CHUNK\",\"sequence\":-1,\"data\":\"\"}",
                "RequestChunk; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"a b\"}",
                "ResponseStart; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\",\"status_code\":600,\"is_text\":true}",
                "Cancel; {\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"CANCEL\",\"sequence\":1}"
            })
    void whatTheReadersRefuseDoesNotFit(String schema, String value) {
        assertThat(document.faults(schema, value)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RequestStart, START of a request",
        "RequestChunk, CHUNK of a request",
        "Cancel, CANCEL",
        "ResponseStart, START of an answer",
        "ResponseChunk, CHUNK of an answer",
        "Error, ERROR",
        "Status, STATUS"
    })
    void theFieldsAreThoseOfTheProtocol(String schema, String heading) throws IOException {
        // Given
        Set<String> fields = new TreeSet<>();
        Set<String> required = new TreeSet<>();
        rows(heading).forEach(row -> {
            Set<String> names = NAME.matcher(row.group(1))
                    .results()
                    .map(name -> name.group(1))
                    .collect(Collectors.toSet());
            fields.addAll(names);
            if (row.group(2).equals("yes")) {
                required.addAll(names);
            }
        });

        // Then
        assertThat(fields).hasSizeGreaterThan(3);
        assertThat(ApiDocument.names(document.schema(schema).path("properties")))
                .isEqualTo(fields);
        assertThat(ApiDocument.texts(document.schema(schema).path("required"))).isEqualTo(required);
    }

    /** The rows of the table of fields below a heading. */
    private static List<MatchResult> rows(String heading) throws IOException {
        String text = Files.readString(Path.of("PROTOCOL.md"));
        String section = text.substring(text.indexOf("\n### " + heading + "\n"));
        Matcher table = Pattern.compile("(?s)\\| field \\|.*?\n\n").matcher(section);
        assertThat(table.find()).isTrue();
        return ROW.matcher(table.group()).results().toList();
    }

    @Test
    void theHeadersOfFramesAreThoseOfTheProtocol() throws IOException {
        // Given
        Set<String> headers = Pattern.compile(
                        "(?m)^\\| `(ks-[a-z0-9]+)` \\|.*\\| (both|answers) \\|$|^\\| `(ks-request)` ")
                .matcher(Files.readString(Path.of("PROTOCOL.md")))
                .results()
                .map(row -> row.group(1) == null ? row.group(3) : row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(ApiDocument.names(document.schema("ResponseFrameHeaders").path("properties")))
                .isEqualTo(headers);
        headers.removeAll(Set.of("ks-crc32", "ks-sha256"));
        assertThat(ApiDocument.names(document.schema("RequestFrameHeaders").path("properties")))
                .isEqualTo(headers);
    }

    @Test
    void namesLimitsAndCodesAreTheCodes() {
        assertThat(document.json().at("/channels/requests/address").asText())
                .isEqualTo(KafkaSettings.REQUEST_TOPIC.defaultValue());
        assertThat(document.json().at("/channels/responses/address").asText())
                .isEqualTo(KafkaSettings.RESPONSE_TOPIC.defaultValue());
        assertThat(document.json()
                        .at("/operations/readRequests/bindings/kafka/groupId/enum/0")
                        .asText())
                .isEqualTo(KafkaSettings.CONSUMER_GROUP.defaultValue());
        assertThat(ApiDocument.texts(document.schema("Error").at("/properties/error_code/examples")))
                .isEqualTo(names(ErrorCode.values()));
        assertThat(ApiDocument.texts(document.schema("RequestStart").at("/properties/method/enum")))
                .isEqualTo(names(Method.values()));
        assertThat(document.schema("RequestStart")
                        .at("/properties/total_chunks/maximum")
                        .asInt())
                .isEqualTo(Limits.CHUNKS);
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
