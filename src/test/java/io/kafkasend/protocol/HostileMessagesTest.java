package io.kafkasend.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each line of the hostile corpus that the reader alone decides, and the fate it comes to. */
class HostileMessagesTest {
    /** Lines whose fate here is another than the corpus suggests, each with its reason in PROTOCOL.md. */
    private static final Map<Integer, ErrorCode> OURS = Map.of(
            160, ErrorCode.MESSAGE_TOO_LARGE, // 10 MB of job_id: the value is not read at all
            165, ErrorCode.INVALID_MESSAGE); // OPTIONS is a method here, but one without a body

    /** Lines that the corpus leaves open between an ERROR and an answer, and that are read here. */
    private static final Set<Integer> READ = Set.of(27, 149, 182, 190, 200, 204);

    private final ObjectMapper json = new ObjectMapper();
    private final MessageReader reader = new MessageReader();

    private record Line(int number, String cls, String key, String outcome, String code, byte[] value) {
        /** All but a sequence of 1 in a job of one chunk, which only its START tells (line 77), and policy's endpoints. */
        boolean decidedByReader() {
            boolean readerClass = "ABCDEFGJKLMNPQ".indexOf(cls.charAt(0)) >= 0;
            return readerClass
                    && value != null
                    && !cls.equals("K-key-mismatch")
                    && !cls.equals("Q-endpoint")
                    && number != 77; // within the protocol's range or not, only START's total tells the code
        }

        boolean refused() {
            return outcome.contains("ERROR") || outcome.contains("DLQ");
        }
    }

    @TestFactory
    Stream<DynamicTest> everyLineComesToItsFateWithBoundedWork() throws IOException {
        return lines().stream()
                .filter(Line::decidedByReader)
                .map(line -> dynamicTest("line " + line.number() + ", " + line.cls(), () -> assertFate(line)));
    }

    private void assertFate(Line line) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        ProtocolException refusal = null;
        RequestMessage message = null;
        try {
            message = reader.readRequest(line.value());
        } catch (ProtocolException e) {
            refusal = e;
        }
        // Processor time, so that a busy machine does not matter; quadratic work on these lines takes minutes.
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofSeconds(10));

        boolean chunkOfAGoodFile =
                line.cls().equals("M-filename") && line.outcome().startsWith("200");
        if (!line.refused()
                || chunkOfAGoodFile
                || line.cls().startsWith("E-case")
                || READ.contains(line.number())
                || line.cls().startsWith("P-")) {
            assertThat(refusal).isNull();
            assertThat(message.jobId().value()).isEqualTo(line.key());
            return;
        }
        assertThat(refusal).as("must not be read: " + line.outcome()).isNotNull();
        ErrorCode expected =
                OURS.getOrDefault(line.number(), ErrorCode.named(line.code()).orElse(null));
        if (line.cls().equals("K-upper-uuid")) {
            expected = ErrorCode.INVALID_JOB_ID;
        }
        assertThat(refusal.code()).isEqualTo(expected);
        if (line.outcome().startsWith("ERROR")) {
            assertThat(refusal.jobId().map(JobId::value)).contains(line.key());
        } else {
            assertThat(refusal.jobId()).isEmpty();
        }
        assertSaysNothingOfTheInput(refusal.getMessage(), line.value());
    }

    /** No 24 characters of the value in a row: longer than the protocol's longest field name. */
    private static void assertSaysNothingOfTheInput(String text, byte[] value) {
        assertThat(text).matches("[ -~]{1,120}");
        String input = new String(value, UTF_8);
        for (int i = 0; i + 24 <= text.length(); i++) {
            assertThat(input.contains(text.substring(i, i + 24))).isFalse();
        }
    }

    private List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        try (BufferedReader index = open("messages-hostile.index.jsonl", false);
                BufferedReader values = open("messages-hostile.jsonl.gz", true)) {
            for (String entry = index.readLine(); entry != null; entry = index.readLine()) {
                JsonNode node = json.readTree(entry);
                lines.add(new Line(
                        node.get("line").asInt(),
                        node.get("cls").asText(),
                        node.get("key").isNull() ? null : node.get("key").asText(),
                        node.get("outcome").asText(),
                        node.get("code").asText(),
                        value(values.readLine())));
            }
        }
        assertThat(lines).hasSize(233);
        return lines;
    }

    private byte[] value(String line) throws IOException {
        if (line.startsWith("{\"__null\"")) {
            return null;
        }
        if (line.startsWith("{\"__b64\"")) {
            return Base64.getDecoder().decode(json.readTree(line).get("__b64").asText());
        }
        if (line.startsWith("{\"__gen\"")) {
            JsonNode gen = json.readTree(line).get("__gen");
            String fill = gen.get("fill").asText().repeat(gen.get("length").asInt());
            return gen.get("template").asText().replace("@", fill).getBytes(UTF_8);
        }
        return line.getBytes(UTF_8);
    }

    private static BufferedReader open(String name, boolean zipped) throws IOException {
        InputStream file = HostileMessagesTest.class.getResourceAsStream("/corpora/" + name);
        return new BufferedReader(new InputStreamReader(zipped ? new GZIPInputStream(file) : file, UTF_8));
    }
}
