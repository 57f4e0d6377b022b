package io.kafkasend.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.client.Answer;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.protocol.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The one JSON object that {@code --json} prints, on one line. */
final class JsonReport {
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private final PrintStream out;

    JsonReport(PrintStream out) {
        this.out = out;
    }

    /** The job was handed over, and nobody waits. */
    void submitted(JobId jobId, double seconds) {
        print(json -> {
            json.writeStringField("job_id", jobId.value());
            seconds(json, seconds);
        });
    }

    /**
     * The API answered.
     *
     * @param file where the body is; or null
     */
    void answered(Answer answer, Path file, double seconds) {
        print(json -> {
            json.writeStringField("job_id", answer.jobId().value());
            json.writeNumberField("status", answer.status());
            json.writeObjectFieldStart("headers");
            for (String name : answer.headers().keySet()) {
                header(json, name, answer.headerValues(name));
            }
            json.writeEndObject();
            if (file != null) {
                json.writeStringField("output", file.toString());
            } else if (Printable.isText(answer)) {
                json.writeStringField("body", answer.text());
            } else {
                json.writeBinaryField("body_base64", answer.bytes());
            }
            json.writeNumberField("bytes", answer.size());
            json.writeNumberField("crc32", answer.crc32());
            json.writeBooleanField("crc_verified", answer.crcVerified());
            seconds(json, seconds);
        });
    }

    /** There is no answer. */
    void failed(ClientException failure, double seconds) {
        print(json -> {
            json.writeStringField("job_id", failure.jobId().map(JobId::value).orElse(null));
            json.writeStringField("error", failure.getMessage());
            JobFailedException job = failure instanceof JobFailedException failed ? failed : null;
            json.writeStringField(
                    "error_code",
                    job == null
                            ? failure.kind().name()
                            : job.code().orElse(failure.kind().name()));
            json.writeBooleanField("retryable", job != null && job.retryable());
            if (job != null && job.retryAfterSeconds().isPresent()) {
                json.writeNumberField(
                        "retry_after_seconds", job.retryAfterSeconds().getAsInt());
            }
            seconds(json, seconds);
        });
    }

    /** One value as a string, several as an array. */
    private static void header(JsonGenerator json, String name, List<String> values) throws IOException {
        if (values.size() == 1) {
            json.writeStringField(name, values.get(0));
            return;
        }
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void seconds(JsonGenerator json, double seconds) throws IOException {
        json.writeNumberField("seconds", Math.round(seconds * 1_000) / 1_000.0);
    }

    private void print(Fields fields) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // JSON's own escapes for what a terminal would heed; only strings can hold such characters.
        out.println(io.kafkasend.security.Printable.line(line.toString(StandardCharsets.UTF_8)));
        out.flush();
    }
}
