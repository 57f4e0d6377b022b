package io.kafkasend.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes a record holds, they are a message within the limits or a refusal in words of our own. */
class MessageFuzzTest {
    private final MessageReader reader = new MessageReader();
    private final MessageWriter writer = new MessageWriter();

    static Stream<byte[]> corpus() throws IOException {
        return HostileCorpus.lines().stream()
                .map(HostileCorpus.Line::value)
                .filter(Objects::nonNull)
                .filter(value -> value.length < 4_096);
    }

    @MethodSource("corpus")
    @FuzzTest
    void anyRecordIsAMessageOrARefusal(byte[] value) throws Exception {
        try {
            RequestMessage message = reader.readRequest(value.clone());
            assertThat(JobId.parse(message.jobId().value())).isPresent();
            if (message instanceof RequestStart start) {
                require(start);
            }
        } catch (ProtocolException e) {
            require(e, value);
        }
        try {
            ResponseMessage message = reader.readResponse(value.clone());
            assertThat(JobId.parse(message.jobId().value())).isPresent();
            if (message instanceof ResponseStart start) {
                assertThat(start.statusCode()).isBetween(100, 599);
            }
        } catch (ProtocolException e) {
            require(e, value);
        }
    }

    private void require(RequestStart start) throws Exception {
        assertThat(start.totalChunks()).isBetween(0, Limits.CHUNKS);
        assertThat(start.endpoint().length()).isLessThanOrEqualTo(Limits.TEXT_CHARS);
        assertThat(start.headers().size()).isLessThanOrEqualTo(Limits.HEADERS);
        if (start.filename() != null) {
            assertThat(start.filename()).isNotEmpty().doesNotMatch("(?s).*[\\p{Cntrl}/\\\\\u2028\u2029].*");
            assertThat(start.filename().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(Limits.FILENAME_BYTES);
        }
        if (start.contentType() != null) {
            assertThat(start.contentType()).matches("[\t -~]{3,255}").contains("/");
        }
        assertThat(reader.readRequest(writer.write(start))).isEqualTo(start);
    }

    /** A refusal says nothing that the record said, beyond a word of ASCII. */
    private static void require(ProtocolException e, byte[] value) {
        assertThat(e.getMessage()).matches("[ -~]{1,200}");
        assertThat(e.code()).isNotNull();
        e.jobId().ifPresent(id -> assertThat(new String(value, StandardCharsets.UTF_8))
                .isNotEmpty());
    }
}
