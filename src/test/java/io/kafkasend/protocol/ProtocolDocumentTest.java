package io.kafkasend.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.codec.MessageReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md says what the code does. */
class ProtocolDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z0-9_]+)` \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern EXAMPLE = Pattern.compile("^```json\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern VERSION =
            Pattern.compile("^\\| ([0-9]+(?:\\.[0-9]+)?) \\| [^|]+ \\|$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(#([a-z-]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{2,3} (.+)$", Pattern.MULTILINE);

    private final String document = document();

    @Test
    void theTableOfErrorCodesIsTheEnum() {
        // Given
        List<String> codes = Arrays.stream(ErrorCode.values())
                .map(code -> code.name() + " | " + (code.retryable() ? "yes" : "no") + " | " + code.meaning())
                .toList();

        // Then
        assertThat(rows("Error codes").map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3)))
                .containsExactlyElementsOf(codes);
    }

    @Test
    void theTableOfLimitsIsTheCodes() throws Exception {
        // Given
        Map<String, String> limits = new LinkedHashMap<>();
        for (Field field : Limits.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                limits.put(
                        field.getName(),
                        NumberFormat.getIntegerInstance(Locale.ROOT).format(field.getInt(null)));
            }
        }

        // When
        Map<String, String> documented = new LinkedHashMap<>();
        rows("Limits").forEach(row -> documented.put(row.group(1), row.group(2)));

        // Then
        assertThat(documented).isEqualTo(limits);
    }

    @Test
    void everyRetryableCodeIsSaidToHaveHadNoEffect() {
        // Given
        List<String> retryable = Arrays.stream(ErrorCode.values())
                .filter(ErrorCode::retryable)
                .map(ErrorCode::name)
                .toList();

        // When
        String table =
                document.split("\n\\| codes \\| why nothing was done \\|\n")[1].split("\n\n")[0];
        List<String> explained = Pattern.compile("`([A-Z0-9_]+)`")
                .matcher(table)
                .results()
                .map(code -> code.group(1))
                .toList();

        // Then
        assertThat(explained).containsExactlyInAnyOrderElementsOf(retryable);
    }

    @Test
    void everyFieldSaysSinceWhichVersion() {
        // Given
        List<String> versions = VERSION.matcher(document)
                .results()
                .map(version -> version.group(1))
                .toList();

        // When
        List<String> tables = Arrays.stream(document.split("\n\n"))
                .filter(block -> block.startsWith("| field | type | range |"))
                .toList();

        // Then
        assertThat(versions).containsExactly("0", "1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6");
        assertThat(document).contains("| **Version** | " + versions.get(versions.size() - 1) + " |");
        assertThat(tables)
                .hasSize(7)
                .allMatch(table -> table.startsWith("| field | type | range | required | since |"));
        assertThat(tables.stream().flatMap(String::lines).filter(row -> row.startsWith("| `")))
                .hasSizeGreaterThan(50)
                .allSatisfy(row -> assertThat(versions).contains(row.replaceFirst(".*\\| ([0-9.]+)[^|]*\\|$", "$1")));
    }

    @Test
    void everyExampleIsAMessage() {
        // Given
        List<String> examples =
                EXAMPLE.matcher(document).results().map(match -> match.group(1)).toList();
        List<Object> messages = new ArrayList<>();

        // When
        for (String example : examples) {
            messages.add(read(example.getBytes(UTF_8)));
        }

        // Then
        assertThat(messages)
                .extracting(Object::getClass)
                .containsOnly(
                        RequestStart.class,
                        RequestChunk.class,
                        RequestCancel.class,
                        ResponseStart.class,
                        ResponseChunk.class,
                        ResponseError.class,
                        ResponseStatus.class);
    }

    @Test
    void theExamplesChecksumsAreThoseOfTheirBodies() throws Exception {
        // Given
        List<byte[]> examples = EXAMPLE.matcher(document)
                .results()
                .map(match -> match.group(1).getBytes(UTF_8))
                .toList();
        MessageReader reader = new MessageReader();

        // When
        RequestStart start = (RequestStart) reader.readRequest(examples.get(0));
        RequestChunk chunk = (RequestChunk) reader.readRequest(examples.get(2));
        ResponseStart answer = (ResponseStart) reader.readResponse(examples.get(4));
        ResponseChunk text = (ResponseChunk) reader.readResponse(examples.get(5));

        // Then
        assertThat(digest(chunk.data()).sha256()).isEqualTo(start.sha256());
        assertThat(digest(chunk.data()).crc32()).isEqualTo(start.crc32());
        assertThat(digest(chunk.data()).bytes()).isEqualTo(start.totalBytes());
        assertThat(digest(text.data()).crc32()).isEqualTo(answer.crc32());
        assertThat(digest(text.data()).bytes()).isEqualTo(answer.totalBytes());
    }

    @Test
    void everyMethodIsNamed() {
        assertThat(document)
                .contains(Arrays.stream(Method.values())
                        .map(method -> "`" + method + "`")
                        .reduce((all, next) -> all + " " + next)
                        .orElseThrow());
    }

    @Test
    void everyLinkWithinLeadsToAHeading() {
        // Given
        List<String> anchors = HEADING.matcher(document)
                .results()
                .map(match ->
                        match.group(1).toLowerCase(Locale.ROOT).replace(",", "").replace(' ', '-'))
                .toList();

        // Then
        assertThat(LINK.matcher(document).results().map(match -> match.group(1)))
                .isNotEmpty()
                .isSubsetOf(anchors);
    }

    private Stream<MatchResult> rows(String heading) {
        String section = document.split("\n## " + heading + "\n")[1].split("\n## ")[0];
        return ROW.matcher(section).results();
    }

    private static BodyDigest digest(byte[] body) {
        BodyDigest digest = new BodyDigest(true);
        digest.update(body);
        return digest;
    }

    private static Object read(byte[] example) {
        MessageReader reader = new MessageReader();
        try {
            RequestMessage request = reader.readRequest(example);
            // A CHUNK of an answer reads as a request's, too; only an answer's says is_text.
            if (!new String(example, UTF_8).contains("is_text")) {
                return request;
            }
        } catch (ProtocolException e) {
            // an answer, then
        }
        try {
            return reader.readResponse(example);
        } catch (ProtocolException e) {
            throw new AssertionError("no message: " + new String(example, UTF_8), e);
        }
    }

    private static String document() {
        try {
            return Files.readString(Path.of("PROTOCOL.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
