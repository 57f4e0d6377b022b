package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.HostileCorpus.Line;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

    private final MessageReader reader = new MessageReader();

    /** All but a sequence of 1 in a job of one chunk, which only its START tells (line 77), and policy's endpoints. */
    private static boolean decidedByReader(Line line) {
        boolean readerClass = "ABCDEFGJKLMNPQ".indexOf(line.cls().charAt(0)) >= 0;
        return readerClass
                && line.value() != null
                && !line.cls().equals("K-key-mismatch")
                && !line.cls().equals("Q-endpoint")
                && line.number() != 77; // within the protocol's range or not, only START's total tells the code
    }

    private static boolean refused(Line line) {
        return line.outcome().contains("ERROR") || line.outcome().contains("DLQ");
    }

    @TestFactory
    Stream<DynamicTest> everyLineComesToItsFateWithBoundedWork() throws IOException {
        return corpus().stream()
                .filter(HostileMessagesTest::decidedByReader)
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
        if (!refused(line)
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

    private static List<Line> corpus() throws IOException {
        List<Line> lines = HostileCorpus.lines();
        assertThat(lines).hasSize(233);
        return lines;
    }
}
