package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message read around its long data comes to what it comes to when it is read as a whole. */
class LongDataTest {
    private static final String HEAD =
            "{\"job_id\":\"d9c9ff8c-8fd5-4cf9-8a06-3a4e4ac3ea1c\",\"message_type\":\"CHUNK\",\"sequence\":3,";
    private static final String LONG = "QUJD".repeat(2_000);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** All that reading gives: every field, or the refusal. */
    private static Map<String, Object> whole(byte[] value) {
        return outcome(() -> FieldReader.whole(value, Limits.HEADERS, Limits.TEXT_CHARS));
    }

    private static Map<String, Object> around(LongData data, ByteSlice value) {
        return outcome(() -> FieldReader.around(data, value, Limits.HEADERS, Limits.TEXT_CHARS));
    }

    private interface Reading {
        FieldReader read() throws ProtocolException;
    }

    private static Map<String, Object> outcome(Reading reading) {
        Map<String, Object> outcome = new TreeMap<>();
        try {
            FieldReader fields = reading.read();
            for (Field field : FieldReader.class.getDeclaredFields()) {
                if (!List.of("value", "parser", "values", "data", "dataFrom", "dataLength")
                        .contains(field.getName())) {
                    field.setAccessible(true);
                    outcome.put(field.getName(), String.valueOf(field.get(fields)));
                }
            }
            outcome.put("fault", String.valueOf(fields.fault()));
            if (fields.hasData()) {
                byte[] decoded = fields.dataDecoded();
                outcome.put("text", new String(fields.dataText().toArray(), ISO_8859_1));
                outcome.put("decoded", decoded == null ? "none" : new String(decoded, ISO_8859_1));
            }
        } catch (ProtocolException e) {
            outcome.put("refused", e.code() + " " + e.jobId() + " " + e.getMessage());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        return outcome;
    }

    /** Whether the value is read around its data, which must then make no difference. */
    private static boolean check(byte[] value) {
        ByteSlice fetched = amongOthers(value);
        LongData data = LongData.ofAnyLengthIn(fetched);
        if (data == null) {
            return false;
        }
        assertThat(around(data, fetched))
                .as(new String(value, 0, Math.min(value.length, 500), UTF_8))
                .isEqualTo(whole(value));
        return true;
    }

    /** The value as it lies in what was fetched: between other records, whose bytes must make no difference. */
    private static ByteSlice amongOthers(byte[] value) {
        byte[] before = bytes("{\"data\":\"QUJD\"}\"");
        byte[] after = bytes("QUJD\"}{\"data\":\"QUJD\"}");
        byte[] all = new byte[before.length + value.length + after.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(value, 0, all, before.length, value.length);
        System.arraycopy(after, 0, all, before.length + value.length, after.length);
        return new ByteSlice(all, before.length, value.length);
    }

    /** The value with a longer data, so that whole blocks are gone through as well. */
    private static byte[] lengthened(byte[] value) {
        String text = new String(value, ISO_8859_1);
        return text.replaceFirst("(\"data\"\\s*:\\s*\")", "$1" + LONG).getBytes(ISO_8859_1);
    }

    private static List<byte[]> values() throws IOException {
        List<byte[]> values = new ArrayList<>();
        HostileCorpus.lines().stream()
                .filter(line -> line.value() != null && line.value().length < 100_000)
                .forEach(line -> values.add(line.value()));
        ObjectMapper json = new ObjectMapper();
        for (String file : List.of(
                "requests-valid", "requests-invalid", "old-client", "responses-valid", "old-portal", "signatures")) {
            try (InputStream in = LongDataTest.class.getResourceAsStream("/vectors/" + file + ".jsonl")) {
                for (String line : new String(in.readAllBytes(), UTF_8).split("\n")) {
                    collect(json.readTree(line), values);
                }
            }
        }
        return values;
    }

    /** Whatever looks like a record's value, as text or as base64. */
    private static void collect(JsonNode node, List<byte[]> values) {
        if (node.isTextual() && node.textValue().contains("{")) {
            values.add(bytes(node.textValue()));
        } else if (node.isTextual() && node.textValue().startsWith("ey")) {
            try {
                values.add(Base64.getDecoder().decode(node.textValue()));
            } catch (IllegalArgumentException e) {
                values.add(bytes(node.textValue()));
            }
        }
        node.forEach(child -> collect(child, values));
    }

    @Test
    void everyVectorAndEveryHostileMessageComesToTheSame() throws IOException {
        long around = values().stream()
                .flatMap(value -> Stream.of(value, lengthened(value)))
                .filter(LongDataTest::check)
                .count();

        assertThat(around).isGreaterThan(100);
    }

    @Test
    void soDoTheirMutations() throws IOException {
        // Given
        Random random = new Random(7);
        byte[] odd = bytes("\"\\{}[]:,\u0000\u001f\u007f\u0080é\ud83d\ude00 \n=A/+0-e.tfnu");
        int around = 0;

        // When
        for (byte[] value : values()) {
            for (byte[] form : List.of(value, lengthened(value))) {
                for (int i = 0; i < 30 && form.length > 0; i++) {
                    byte[] mutated = form.clone();
                    int at = random.nextInt(mutated.length);
                    switch (random.nextInt(4)) {
                        case 0 -> mutated[at] = odd[random.nextInt(odd.length)];
                        case 1 -> mutated[at] = (byte) random.nextInt(256);
                        case 2 -> mutated = Arrays.copyOf(mutated, at);
                        default -> System.arraycopy(form, 0, mutated, at, mutated.length - at);
                    }
                    around += check(mutated) ? 1 : 0;
                }
            }
        }

        // Then
        assertThat(around).isGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"data\":\"%s\"}",
                "\"data\" : \"%s\" , \"total_chunks\" : 9 }\n",
                "\"headers\":{\"data\":\"x\"},\"other\":[{\"data\":\"%s\"}],\"data\":\"%s\",\"is_text\":true}",
                "\"d\\u0061ta\":\"%s\"}",
                "\"data\":\"%s\",\"headers\":{\"a\":1}}",
                "\"data\":\"%s\"} trailing",
                "\"data\":\"%s\",\"data\":\"%s\"}",
                "\"data\":\"%s\",\"job_id\":\"d9c9ff8c-8fd5-4cf9-8a06-3a4e4ac3ea1c\"}",
                "\"data\":\"%s\",\"a\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}",
                "\"data\":\"%s\",\"é\":\"ü\"}",
                "\"data\":\"not base64, but plain %s\"}",
                "\"data\":\"=%s\"}"
            })
    void whereverTheLongDataStands(String rest) {
        assertThat(check(bytes(HEAD + rest.replace("%s", LONG)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"data\":\"%s\\n\"}",
                "\"data\":\"%s\\\"\"}",
                "\"data\":\"é%s\"}",
                "\"data\":\"%s\n\"}",
                "\"data\":\"%s",
                "\"data\":null,\"x\":\"%s\"}",
                "\"data\":[\"%s\"]}",
                "\"x\":{\"data\":\"%s\"}}",
                "\"data\"\"%s\"}",
                "\"x\":1 \"data\":\"%s\"}",
                "\"sequence\":4,\"data\":\"%s\"}",
                "\"x\":\"%s\"}"
            })
    void whatIsNotPlainIsReadAsAWhole(String rest) {
        assertThat(LongData.ofAnyLengthIn(ByteSlice.of(bytes(HEAD + rest.replace("%s", LONG)))))
                .isNull();
    }

    @Test
    void theEndIsFoundWhereverItIsWhateverEndsIt() {
        for (int end : new int[] {'"', '\\', 0, 0x1F, 0x80, 0xFF, '\n'}) {
            for (int length = 0; length < 2_100; length += length < 20 || length > 1_010 && length < 1_040 ? 1 : 37) {
                // Given
                byte[] value = (HEAD + "\"data\":\"" + "~".repeat(length) + "!\"}").getBytes(ISO_8859_1);
                value[value.length - 3] = (byte) end;

                // When
                LongData data = LongData.ofAnyLengthIn(ByteSlice.of(value));

                // Then
                if (end == '"') {
                    assertThat(data.length()).isEqualTo(length);
                } else {
                    assertThat(data).isNull();
                }
            }
        }
    }

    @Test
    void bytesOfAnotherEncodingAreNoMessageAndNoFault() {
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
            byte[] value = (HEAD + "\"data\":\"" + LONG + "\"}").getBytes(java.nio.charset.Charset.forName(charset));
            LongData data = LongData.ofAnyLengthIn(ByteSlice.of(value));
            if (data != null) {
                assertThat(around(data, ByteSlice.of(value))).isEqualTo(whole(value));
            }
            assertThat(whole(value).get("refused").toString()).startsWith("INVALID_JSON");
        }
        byte[] marked = bytes("\ufeff" + HEAD + "\"data\":\"" + LONG + "\"}");
        assertThat(check(marked)).isTrue();
        assertThat(whole(marked).get("refused").toString()).startsWith("INVALID_JSON");
    }
}
