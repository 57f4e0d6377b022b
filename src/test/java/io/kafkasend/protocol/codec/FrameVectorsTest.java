package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors of records with headers, as their README describes them. */
class FrameVectorsTest {
    private final ObjectMapper json = new ObjectMapper();
    private final MessageReader reader = new MessageReader();

    @TestFactory
    Stream<DynamicTest> frames() throws IOException {
        try (InputStream in = FrameVectorsTest.class.getResourceAsStream("/vectors/frames.jsonl")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(this::parsed)
                    .map(line -> dynamicTest(line.get("name").asText(), () -> assertLine(line)));
        }
    }

    private JsonNode parsed(String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertLine(JsonNode line) throws Exception {
        JsonNode expected = line.get("expect");
        JsonNode records = line.get("records");
        boolean request = line.get("direction").asText().equals("request");
        if (expected.has("error_code")) {
            ProtocolException refusal = catchThrowableOfType(ProtocolException.class, () -> request(records.get(0)));
            assertThat(refusal.code().name())
                    .isEqualTo(expected.get("error_code").asText());
            assertThat(refusal.jobId().map(JobId::value).orElse(null))
                    .isEqualTo(expected.get("job_id").textValue());
        } else if (expected.has("messages")) {
            assertThat(records).hasSize(expected.get("messages").asInt());
            BodyDigest digest = new BodyDigest(false);
            byte[] body = request ? requestBody(records) : answerBody(records);
            digest.update(body);
            assertThat(body).isEqualTo(expected.get("body_base64").binaryValue());
            assertThat(digest.crc32()).isEqualTo(expected.get("crc32").asLong());
        } else {
            assertThat(
                            request
                                    ? tree((RequestChunk) request(records.get(0)))
                                    : tree((ResponseChunk) response(records.get(0))))
                    .isEqualTo(expected);
        }
    }

    private byte[] requestBody(JsonNode records) throws Exception {
        RequestStart start = (RequestStart) request(records.get(0));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 1; i < records.size(); i++) {
            RequestChunk chunk = (RequestChunk) request(records.get(i));
            assertThat(chunk.frame()).isEqualTo(start.transfer().frames());
            assertThat(chunk.sequence()).isEqualTo(i - 1);
            body.writeBytes(plain(start.transfer().encoding(), chunk.data()));
        }
        return body.toByteArray();
    }

    private byte[] answerBody(JsonNode records) throws Exception {
        ResponseStart start = (ResponseStart) response(records.get(0));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 1; i < records.size(); i++) {
            ResponseChunk chunk = (ResponseChunk) response(records.get(i));
            byte[] data = chunk.frame() ? chunk.data() : Base64.getDecoder().decode(chunk.data());
            body.writeBytes(plain(start.encoding(), data));
        }
        return body.toByteArray();
    }

    private static byte[] plain(ContentEncoding encoding, byte[] data) throws ProtocolException {
        return encoding == null ? data : encoding.decode(JobId.random(), data);
    }

    private RequestMessage request(JsonNode record) throws Exception {
        return reader.readRequest(key(record), headers(record), value(record));
    }

    private ResponseMessage response(JsonNode record) throws Exception {
        return reader.readResponse(key(record), headers(record), value(record));
    }

    private static byte[] key(JsonNode record) {
        return record.get("key").isNull() ? null : record.get("key").asText().getBytes(UTF_8);
    }

    private static FrameHeaders headers(JsonNode record) {
        return FrameHeaders.of(
                record.get("headers"),
                header -> header.get(0).asText(),
                header -> header.get(1).isNull() ? null : header.get(1).asText().getBytes(UTF_8));
    }

    private static byte[] value(JsonNode record) throws IOException {
        return record.has("value")
                ? record.get("value").asText().getBytes(UTF_8)
                : record.get("value_base64").binaryValue();
    }

    private JsonNode tree(RequestChunk chunk) throws IOException {
        ObjectNode node = head(chunk.jobId(), chunk.sequence(), chunk.totalChunks());
        node.put("frame", chunk.frame()).put("body_base64", chunk.data()).put("request_sha256", chunk.request());
        return withoutNulls(node);
    }

    private JsonNode tree(ResponseChunk chunk) throws IOException {
        ObjectNode node = head(chunk.jobId(), chunk.sequence(), chunk.totalChunks());
        node.put("crc32", chunk.crc32()).put("sha256", chunk.sha256());
        node.put("frame", chunk.frame()).put("data_base64", chunk.data()).put("request_sha256", chunk.request());
        return withoutNulls(node);
    }

    private ObjectNode head(JobId jobId, int sequence, Integer totalChunks) {
        ObjectNode node = json.createObjectNode().put("type", "CHUNK").put("job_id", jobId.value());
        return node.put("sequence", sequence).put("total_chunks", totalChunks);
    }

    private JsonNode withoutNulls(ObjectNode node) throws IOException {
        node.properties().removeIf(field -> field.getValue().isNull());
        return json.readTree(json.writeValueAsBytes(node));
    }
}
