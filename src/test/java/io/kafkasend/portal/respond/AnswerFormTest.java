package io.kafkasend.portal.respond;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to clients that read frames or compressed chunks. */
class AnswerFormTest {
    private static final Set<ContentEncoding> ALL = Set.of(ContentEncoding.values());
    private static final String BINARY = "application/octet-stream";

    private final Parts parts = new Parts(Map.of("modern-readers", "true"));
    private final AnswerCutter cutter = new AnswerCutter(parts.jobs, parts.configuration, parts.arrivals);
    private final MessageReader reader = new MessageReader();

    private record Cut(ResponseStart start, List<ResponseChunk> chunks) {
        byte[] body() throws ProtocolException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (ResponseChunk chunk : chunks) {
                byte[] data = chunk.frame() || start.text()
                        ? chunk.data()
                        : Base64.getDecoder().decode(chunk.data());
                body.writeBytes(
                        start.encoding() == null ? data : start.encoding().decode(start.jobId(), data));
            }
            return body.toByteArray();
        }
    }

    private Cut cut(boolean frames, Set<ContentEncoding> encodings, String type, byte[] body) throws Exception {
        return cut(frames, encodings, Map.of("Content-Type", type), body);
    }

    private Cut cut(boolean frames, Set<ContentEncoding> encodings, Map<String, String> headers, byte[] body)
            throws Exception {
        RequestStart request = Start.of(Method.GET)
                .id(JobId.random())
                .transfer(new Transfer(null, false, frames, encodings))
                .build();
        Exchange exchange = parts.exchange(parts.call(request, 0));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        headers.forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(new ByteArrayInputStream(body));
        List<ResponseMessage> messages = new ArrayList<>();
        Iterator<Iterable<Message>> windows = cutter.cut(exchange);
        while (windows.hasNext()) {
            windows.next().forEach(message -> messages.add(read(message)));
        }
        List<ResponseChunk> chunks = new ArrayList<>();
        messages.stream().skip(1).forEach(message -> chunks.add((ResponseChunk) message));
        return new Cut((ResponseStart) messages.get(0), chunks);
    }

    private ResponseMessage read(Message message) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        message.getHeaders().forEach((name, value) -> headers.put(name, (byte[]) value));
        byte[] key = headers.remove(KafkaConstants.KEY);
        byte[] value = message.getBody(byte[].class);
        int size = value.length + key.length + 100;
        for (Map.Entry<String, byte[]> header : headers.entrySet()) {
            size += header.getKey().getBytes(US_ASCII).length + header.getValue().length + 3;
        }
        assertThat(size).isLessThan(Limits.RECORD_BYTES);
        try {
            return reader.readResponse(
                    key, FrameHeaders.of(headers.entrySet(), Map.Entry::getKey, Map.Entry::getValue), value);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 40)
    void whateverTheClientReadsTheBodyComesOutEqual(
            @ForAll boolean frames,
            @ForAll Set<ContentEncoding> encodings,
            @ForAll @IntRange(max = 6_000_000) int size,
            @ForAll boolean shrinks,
            @ForAll boolean text)
            throws Exception {
        // Given
        byte[] body = shrinks ? new byte[size] : random(size);

        // When
        Cut cut = cut(frames, encodings, text ? "text/plain" : BINARY, body);

        // Then
        assertThat(Arrays.equals(cut.body(), body)).isTrue();
        assertThat(cut.chunks()).allMatch(chunk -> chunk.frame() == frames);
        assertThat(cut.start().encoding() != null).isEqualTo(shrinks && size >= 1_024 && !encodings.isEmpty());
        if (!frames && cut.start().text()) {
            assertThat(cut.start().encoding()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                Limits.FRAME_BYTES - 1,
                Limits.FRAME_BYTES,
                Limits.FRAME_BYTES + 1,
                4 * Limits.FRAME_BYTES,
                4 * Limits.FRAME_BYTES + 1
            })
    void framesAreFilledToTheLastByte(int size) throws Exception {
        // When
        Cut cut = cut(true, Set.of(), BINARY, random(size));

        // Then
        assertThat(Arrays.equals(cut.body(), random(size))).isTrue();
        assertThat(cut.chunks()).hasSize((int) Limits.chunksFor(size, Limits.FRAME_BYTES));
        boolean streamed = size > 4 * Limits.FRAME_BYTES;
        assertThat(cut.start().totalChunks() == null).isEqualTo(streamed);
        if (streamed) {
            ResponseChunk last = cut.chunks().get(cut.chunks().size() - 1);
            assertThat(last.totalChunks()).isEqualTo(cut.chunks().size());
            assertThat(last.crc32()).isNotNull();
        }
    }

    @Test
    void theBestOfWhatTheClientReadsIsTaken() throws Exception {
        // Given
        byte[] body = new byte[50_000];

        // Then
        assertThat(cut(true, ALL, BINARY, body).start().encoding()).isEqualTo(ContentEncoding.ZSTD);
        assertThat(cut(true, Set.of(ContentEncoding.GZIP), BINARY, body).start().encoding())
                .isEqualTo(ContentEncoding.GZIP);
        assertThat(cut(true, Set.of(), BINARY, body).start().encoding()).isNull();
    }

    @Test
    void whatDoesNotShrinkOrIsCompressedAlreadyStaysAsItIs() throws Exception {
        // Given
        byte[] body = new byte[50_000];

        // Then
        assertThat(cut(true, ALL, BINARY, random(50_000)).start().encoding()).isNull();
        assertThat(cut(true, ALL, BINARY, new byte[1_000]).start().encoding()).isNull();
        for (String type : List.of("image/png", "Video/mp4", "application/zip", "application/x-7z-compressed")) {
            assertThat(cut(true, ALL, type, body).start().encoding()).as(type).isNull();
        }
        for (String type : List.of("image/svg+xml", "application/json", "text/csv")) {
            assertThat(cut(true, ALL, type, body).start().encoding()).as(type).isNotNull();
        }
        Map<String, String> encoded = Map.of("Content-Type", "text/plain", "Content-Encoding", "br");
        assertThat(cut(true, ALL, encoded, body).start().encoding()).isNull();
    }

    @Test
    void textStaysTextInFramesAndIsBase64WhereItIsCompressedInJson() throws Exception {
        // Given
        byte[] body = "text ".repeat(1_000).getBytes(UTF_8);

        // Then
        assertThat(cut(true, ALL, "text/plain", body).start().text()).isTrue();
        assertThat(cut(true, Set.of(), "text/plain", body).chunks().get(0).data())
                .isEqualTo(body);
        assertThat(cut(false, ALL, "text/plain", body).start().text()).isFalse();
        assertThat(cut(false, Set.of(), "text/plain", body).start().text()).isTrue();
        assertThat(cut(true, ALL, BINARY, body).start().text()).isFalse();
    }
}
