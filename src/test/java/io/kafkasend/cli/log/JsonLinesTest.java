package io.kafkasend.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    private static final String HOSTILE = "a\r\n{\"level\":\"INFO\"}\u001b[2J\u2028\u202Egnp\u0000\ud800\"}";

    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines();

    JsonLinesTest() {
        lines.setContext(context);
        lines.start();
    }

    private String written(String message, Throwable cause, Map<String, ?> pairs) {
        LoggingEvent event =
                new LoggingEvent("fqcn", context.getLogger("kafkasend.security"), Level.WARN, message, cause, null);
        event.setThreadName("a \"thread\"\n");
        event.setInstant(Instant.parse("2026-11-24T17:30:13.870Z"));
        event.setKeyValuePairs(pairs.entrySet().stream()
                .map(pair -> new KeyValuePair(pair.getKey(), pair.getValue()))
                .toList());
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    private static JsonNode read(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void anEventIsOneObjectWithItsPairsAsFields() throws IOException {
        // When
        String line = written("job ended", null, Map.of("seconds", 1.5));

        // Then
        assertThat(line)
                .isEqualTo(
                        "{\"timestamp\":\"2026-11-24T17:30:13.870Z\",\"level\":\"WARN\",\"logger\":\"kafkasend.security\","
                                + "\"thread\":\"a \\\"thread\\\"\\\\n\",\"message\":\"job ended\",\"seconds\":1.5}\n");
    }

    @Test
    void numbersAndTruthValuesAreJsonsOwnAndEverythingElseIsText() throws IOException {
        // When
        JsonNode event =
                read(written("m", null, Map.of("i", 7, "l", 1L << 40, "b", true, "n", Double.NaN, "x", List.of(1))));

        // Then
        assertThat(event.get("i").isInt()).isTrue();
        assertThat(event.get("l").longValue()).isEqualTo(1L << 40);
        assertThat(event.get("b").isBoolean()).isTrue();
        assertThat(event.get("n").textValue()).isEqualTo("NaN");
        assertThat(event.get("x").textValue()).isEqualTo("[1]");
    }

    @Test
    void whatAPeerSentStaysOnItsLineInItsFieldAndHarmlessOnceItIsDecoded() throws IOException {
        // When
        String line = written(HOSTILE, null, Map.of("detail", HOSTILE));

        // Then
        assertThat(line).endsWith("\n").hasLineCount(1);
        JsonNode event = read(line);
        assertThat(event.get("level").textValue()).isEqualTo("WARN");
        for (String field : List.of("message", "detail")) {
            assertThat(event.get(field).textValue())
                    .startsWith("a\\r\\n{")
                    .doesNotContain("\r", "\n", "\u001b", "\u2028", "\u202E", "\u0000", "\ud800");
        }
    }

    @Test
    void aPairCannotTakeTheNameOfAFieldOfTheLine() throws IOException {
        // When
        JsonNode event = read(written("m", null, Map.of("level", "forged", "timestamp", "never")));

        // Then
        assertThat(event.get("level").textValue()).isEqualTo("WARN");
        assertThat(event.get("level_").textValue()).isEqualTo("forged");
        assertThat(event.get("timestamp_").textValue()).isEqualTo("never");
    }

    @Test
    void anExceptionIsOneFieldWithALineForEachOfItsOwn() throws IOException {
        // When
        String line = written("failed", new IOException(HOSTILE, new IllegalStateException("why")), Map.of());

        // Then
        assertThat(line).hasLineCount(1);
        assertThat(read(line).get("exception").textValue())
                .startsWith("java.io.IOException: a")
                .contains("\n")
                .doesNotContain("\u001b", "\u202E", "\r");
    }

    @Test
    void lettersOfAnyScriptStayAsTheyAre() throws IOException {
        assertThat(read(written("caf\u00e9 \uD83D\uDCC4", null, Map.of()))
                        .get("message")
                        .textValue())
                .isEqualTo("caf\u00e9 \uD83D\uDCC4");
    }
}
