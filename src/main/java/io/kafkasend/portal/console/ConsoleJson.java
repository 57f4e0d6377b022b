package io.kafkasend.portal.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** How the console writes JSON: on one line, as server-sent events need it. Stateless. */
final class ConsoleJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ConsoleJson() {}

    /** What writes an object's fields. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] object(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never into memory
        }
        return bytes.toByteArray();
    }

    /** One server-sent event. */
    static byte[] event(String name, byte[] json) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(UTF_8);
        byte[] event = new byte[head.length + json.length + 2];
        System.arraycopy(head, 0, event, 0, head.length);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static void counts(JsonGenerator json, String field, Map<? extends Enum<?>, Long> counts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<? extends Enum<?>, Long> count : counts.entrySet()) {
            json.writeNumberField(name(count.getKey()), count.getValue());
        }
        json.writeEndObject();
    }

    static void write(JsonGenerator json, OpenJob job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id().jobId().value());
        json.writeNumberField("partition", job.id().partition());
        json.writeStringField("state", name(job.phase()));
        write(json, job.request());
        json.writeNumberField("chunks", job.chunks());
        json.writeNumberField("total_chunks", job.total());
        json.writeNumberField("bytes", job.bytes());
        json.writeNumberField("attempts", job.attempts());
        json.writeNumberField("answer_bytes", job.answerBytes());
        json.writeNumberField("since", job.sinceMillis());
        json.writeNumberField("stage_ms", job.stageMillis());
        json.writeEndObject();
    }

    static void write(JsonGenerator json, EndedJob job) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", job.number());
        json.writeStringField("id", job.id());
        json.writeStringField("ended", name(job.ended()));
        if (job.status().isPresent()) {
            json.writeNumberField("status", job.status().getAsInt());
        }
        if (!job.code().isEmpty()) {
            json.writeStringField("code", job.code());
        }
        write(json, job.request());
        json.writeNumberField("bytes_in", job.bytesIn());
        json.writeNumberField("bytes_out", job.bytesOut());
        json.writeNumberField("attempts", job.attempts());
        json.writeNumberField("at", job.atMillis());
        json.writeObjectFieldStart("ms");
        json.writeNumberField("assembling", job.times().assembling());
        json.writeNumberField("waiting", job.times().waiting());
        json.writeNumberField("calling", job.times().calling());
        json.writeNumberField("answering", job.times().answering());
        json.writeNumberField("total", job.times().total());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ShownRequest request) throws IOException {
        json.writeStringField("method", request.method());
        json.writeStringField("path", request.path());
        json.writeStringField("client", request.client());
    }
}
