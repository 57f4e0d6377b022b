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
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.Transfer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors that other implementations use, as their README describes them. */
class VectorsTest {
    private final ObjectMapper json = new ObjectMapper();
    private final MessageReader reader = new MessageReader();
    private final MessageWriter writer = new MessageWriter();

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return Stream.of("requests-valid", "requests-invalid", "old-client").flatMap(file -> lines(file).stream()
                .map(line -> dynamicTest(name(file, line), () -> assertRequest(line))));
    }

    @TestFactory
    Stream<DynamicTest> responses() throws IOException {
        return Stream.of("responses-valid", "old-portal").flatMap(file -> lines(file).stream()
                .map(line -> dynamicTest(name(file, line), () -> assertResponse(line))));
    }

    private void assertRequest(JsonNode line) throws Exception {
        JsonNode expected = line.get("expect");
        if (expected.has("error_code")) {
            ProtocolException refusal = catchThrowableOfType(
                    ProtocolException.class,
                    () -> reader.readRequest(values(line).get(0)));
            assertThat(refusal.code().name())
                    .isEqualTo(expected.get("error_code").asText());
            assertThat(refusal.jobId().map(JobId::value).orElse(null))
                    .isEqualTo(expected.get("job_id").textValue());
            return;
        }
        List<RequestMessage> messages = new ArrayList<>();
        for (byte[] value : values(line)) {
            messages.add(reader.readRequest(value));
        }
        if (line.has("values")) {
            assertWhole(expected, messages.size(), body(messages), crc32(messages));
        } else {
            assertThat(tree(messages.get(0))).isEqualTo(expected);
            assertThat(reader.readRequest(written(messages.get(0)))).isEqualTo(messages.get(0));
        }
    }

    private void assertResponse(JsonNode line) throws Exception {
        JsonNode expected = line.get("expect");
        List<ResponseMessage> messages = new ArrayList<>();
        for (byte[] value : values(line)) {
            messages.add(reader.readResponse(value));
        }
        if (expected.has("error_message") && line.has("values")) {
            ResponseError first = (ResponseError) messages.get(0);
            assertThat(messages).hasSize(expected.get("messages").asInt());
            assertThat(first.message()).isEqualTo(expected.get("error_message").asText());
        } else if (line.has("values")) {
            assertWhole(expected, messages.size(), answer(messages), answerCrc32(messages));
        } else {
            assertThat(tree(messages.get(0))).isEqualTo(expected);
            if (messages.get(0) instanceof ResponseStatus status) {
                assertThat(reader.readResponse(writer.write(status))).isEqualTo(status);
            }
        }
    }

    private static void assertWhole(JsonNode expected, int messages, byte[] body, Long crc32) throws IOException {
        assertThat(messages).isEqualTo(expected.get("messages").asInt());
        assertThat(body).isEqualTo(expected.get("body_base64").binaryValue());
        assertThat(crc32).isEqualTo(expected.get("crc32").asLong());
        BodyDigest digest = new BodyDigest(false);
        digest.update(body);
        assertThat(digest.crc32() != crc32)
                .isEqualTo(expected.path("crc32_differs").asBoolean(false));
    }

    private static byte[] body(List<RequestMessage> messages) {
        TreeMap<Integer, RequestChunk> chunks = new TreeMap<>();
        for (RequestMessage message : messages) {
            if (message instanceof RequestChunk chunk) {
                RequestChunk twin = chunks.put(chunk.sequence(), chunk);
                assertThat(twin == null || twin.equals(chunk)).isTrue();
            }
        }
        assertThat(chunks).hasSize(((RequestStart) messages.get(0)).totalChunks());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        chunks.values().forEach(chunk -> out.writeBytes(chunk.data()));
        return out.toByteArray();
    }

    private static Long crc32(List<RequestMessage> messages) {
        return ((RequestStart) messages.get(0)).crc32();
    }

    private static byte[] answer(List<ResponseMessage> messages) {
        TreeMap<Integer, ResponseChunk> chunks = new TreeMap<>();
        for (ResponseMessage message : messages) {
            if (message instanceof ResponseChunk chunk) {
                chunks.put(chunk.sequence(), chunk);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean alone = ((ResponseStart) messages.get(0)).stream();
        chunks.values()
                .forEach(chunk -> out.writeBytes(alone ? Base64.getDecoder().decode(chunk.data()) : chunk.data()));
        boolean text = ((ResponseStart) messages.get(0)).text();
        return text || alone ? out.toByteArray() : Base64.getDecoder().decode(out.toByteArray());
    }

    private static Long answerCrc32(List<ResponseMessage> messages) {
        Long crc32 = ((ResponseStart) messages.get(0)).crc32();
        for (ResponseMessage message : messages) {
            if (message instanceof ResponseChunk chunk && chunk.crc32() != null) {
                crc32 = chunk.crc32();
            }
        }
        return crc32;
    }

    private byte[] written(RequestMessage message) {
        if (message instanceof RequestStart start) {
            return writer.write(start);
        }
        if (message instanceof RequestCancel cancel) {
            return writer.write(cancel);
        }
        RequestChunk chunk = (RequestChunk) message;
        byte[] value = writer.requestChunk(
                chunk.jobId(),
                chunk.sequence(),
                chunk.totalChunks() == null ? 0 : chunk.totalChunks(),
                chunk.request(),
                chunk.data(),
                null);
        return chunk.totalChunks() == null
                ? new String(value, UTF_8).replace(",\"total_chunks\":0", "").getBytes(UTF_8)
                : value;
    }

    private JsonNode tree(RequestMessage message) throws IOException {
        ObjectNode node = json.createObjectNode();
        if (message instanceof RequestStart start) {
            node.put("type", "START").put("job_id", start.jobId().value());
            node.put("total_chunks", start.totalChunks());
            node.put("method", start.method().name()).put("endpoint", start.endpoint());
            headers(node, start.headers());
            node.put("multipart", start.multipart());
            node.put("filename", start.filename()).put("content_type", start.contentType());
            node.put("crc32", start.crc32()).put("total_bytes", start.totalBytes());
            node.put("sha256", start.sha256()).put("timeout_seconds", start.timeoutSeconds());
            node.put("expires_at", start.expiresAt()).put("stream_seconds", start.streamSeconds());
            transfer(node, start.transfer());
            node.put("secret_sha256", start.secretSha256());
            node.put(
                    "traceparent",
                    start.traceparent() == null ? null : start.traceparent().toString());
            node.put("form_field", start.form().file());
            if (!start.form().texts().isEmpty()) {
                node.set("form_fields", json.valueToTree(start.form().texts()));
            }
        } else if (message instanceof RequestChunk chunk) {
            node.put("type", "CHUNK").put("job_id", chunk.jobId().value());
            node.put("sequence", chunk.sequence()).put("total_chunks", chunk.totalChunks());
            node.put("body_base64", chunk.data()).put("request_sha256", chunk.request());
        } else if (message instanceof RequestCancel cancel) {
            node.put("type", "CANCEL").put("job_id", cancel.jobId().value()).put("secret", cancel.secret());
        }
        return withoutNulls(node);
    }

    private JsonNode tree(ResponseMessage message) throws IOException {
        ObjectNode node = json.createObjectNode();
        if (message instanceof ResponseStart start) {
            node.put("type", "START").put("job_id", start.jobId().value());
            node.put("total_chunks", start.totalChunks()).put("crc32", start.crc32());
            node.put("total_bytes", start.totalBytes()).put("sha256", start.sha256());
            node.put("status_code", start.statusCode());
            headers(node, start.headers());
            ObjectNode apart = (ObjectNode) node.get("headers");
            start.apart().forEach((name, values) -> apart.set(name, json.valueToTree(values)));
            node.put("is_text", start.text());
            encoding(node, start.encoding());
            node.put("request_sha256", start.request());
            if (start.form()) {
                node.put("form", true);
            }
            if (start.stream()) {
                node.put("stream", true);
            }
            if (!start.dropped().isEmpty()) {
                node.set("dropped_headers", json.valueToTree(start.dropped()));
            }
        } else if (message instanceof ResponseChunk chunk) {
            node.put("type", "CHUNK").put("job_id", chunk.jobId().value());
            node.put("sequence", chunk.sequence()).put("total_chunks", chunk.totalChunks());
            node.put("crc32", chunk.crc32()).put("sha256", chunk.sha256());
            node.put("data", new String(chunk.data(), UTF_8)).put("request_sha256", chunk.request());
        } else if (message instanceof ResponseError error) {
            node.put("type", "ERROR").put("job_id", error.jobId().value());
            node.put("error_message", error.message()).put("error_code", error.code());
            node.put("retryable", error.retryable()).put("retry_after_seconds", error.retryAfterSeconds());
            node.put("request_sha256", error.request());
        } else if (message instanceof ResponseStatus status) {
            node.put("type", "STATUS").put("job_id", status.jobId().value());
            node.put("stage", status.stage()).put("seconds", status.seconds());
            node.put("total_chunks", status.totalChunks()).put("received_chunks", status.receivedChunks());
            node.put("next_sequence", status.nextSequence()).put("before", status.before());
            node.put(
                    "received",
                    status.received() == null ? null : status.received().toString());
            node.put("start_offset", status.startOffset());
            node.put("awaits", status.awaits()).put("attempt", status.attempt());
            node.put("error_code", status.code()).put("request_sha256", status.request());
        }
        return withoutNulls(node);
    }

    private static void transfer(ObjectNode node, Transfer transfer) {
        encoding(node, transfer.encoding());
        if (transfer.frames()) {
            node.put("binary_frames", true);
        }
        List<String> accept = new ArrayList<>(transfer.readsFrames() ? List.of("binary") : List.of());
        Stream.of(ContentEncoding.values())
                .filter(transfer.readsEncodings()::contains)
                .forEach(encoding -> accept.add(encoding.token()));
        if (transfer.readsHeaderLists()) {
            accept.add("header-lists");
        }
        if (transfer.readsProgress()) {
            accept.add("progress");
        }
        if (transfer.readsStream()) {
            accept.add("stream");
        }
        if (!accept.isEmpty()) {
            accept.forEach(node.putArray("accept")::add);
        }
    }

    private static void encoding(ObjectNode node, ContentEncoding encoding) {
        if (encoding != null) {
            node.put("content_encoding", encoding.token());
        }
    }

    private static void headers(ObjectNode node, Map<String, String> headers) {
        ObjectNode object = node.putObject("headers");
        headers.forEach(object::put);
    }

    /** Through text and back, so that numbers are of the types that parsing gives. */
    private JsonNode withoutNulls(ObjectNode node) throws IOException {
        node.properties().removeIf(field -> field.getValue().isNull());
        return json.readTree(json.writeValueAsBytes(node));
    }

    private List<byte[]> values(JsonNode line) throws IOException {
        if (line.has("value_base64")) {
            return List.of(line.get("value_base64").binaryValue());
        }
        if (line.has("value")) {
            return List.of(line.get("value").asText().getBytes(UTF_8));
        }
        List<byte[]> values = new ArrayList<>();
        line.get("values").forEach(value -> values.add(value.asText().getBytes(UTF_8)));
        return values;
    }

    private List<JsonNode> lines(String file) {
        List<JsonNode> lines = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/" + file + ".jsonl")) {
            for (String line : new String(in.readAllBytes(), UTF_8).split("\n")) {
                JsonNode node = json.readTree(line);
                assertThat(names.add(node.get("name").asText())).isTrue();
                lines.add(node);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static String name(String file, JsonNode line) {
        return file + ": " + line.get("name").asText();
    }
}
