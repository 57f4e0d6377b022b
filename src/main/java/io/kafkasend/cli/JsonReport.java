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

/**
 * The one JSON object that {@code --json} prints, on one line; docs/json-output.schema.json says what it holds. Used once.
 */
final class JsonReport {
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private final PrintStream out;
    private final Attempted attempted;

    /**
     * @param attempted how often the request was sent, and since when
     */
    JsonReport(PrintStream out, Attempted attempted) {
        this.out = out;
        this.attempted = attempted;
    }

    /** The job was handed over, and nobody waits. */
    void submitted(JobId jobId) {
        print("handed_over", ExitCode.ANSWERED, json -> json.writeStringField("job_id", jobId.value()));
    }

    /**
     * The API answered.
     *
     * @param file where the body is; or null
     */
    void answered(Answer answer, Path file, int exitCode) {
        print("answered", exitCode, json -> {
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
        });
    }

    /** There is no answer. */
    void failed(ClientException failure, int exitCode) {
        String outcome = exitCode == ExitCode.TIMED_OUT ? "timed_out" : exitCode == ExitCode.USAGE ? "usage" : "failed";
        print(outcome, exitCode, json -> {
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
        });
    }

    /** The command line is no good. */
    void misused(String line) {
        print("usage", ExitCode.USAGE, json -> {
            json.writeNullField("job_id");
            json.writeStringField("error", line);
            json.writeStringField("error_code", "USAGE");
            json.writeBooleanField("retryable", false);
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

    private void print(String outcome, int exitCode, Fields fields) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("outcome", outcome);
            json.writeNumberField("exit_code", exitCode);
            fields.write(json);
            json.writeNumberField("attempts", attempted.attempts());
            json.writeStringField("started_at", attempted.startedAt().toString());
            json.writeNumberField("seconds", Math.round(attempted.seconds() * 1_000) / 1_000.0);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // JSON's own escapes for what a terminal would heed; only strings can hold such characters.
        out.println(io.kafkasend.security.Printable.line(line.toString(StandardCharsets.UTF_8)));
        out.flush();
    }
}
