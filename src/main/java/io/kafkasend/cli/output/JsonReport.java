package io.kafkasend.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.TerminalText;
import io.kafkasend.client.Answer;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.Receipt;
import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.protocol.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The one JSON object that {@code --json} prints, on one line; docs/json-output.schema.json says what it holds. Used once.
 */
public final class JsonReport {
    /** What a command has to say beside what all say. */
    @FunctionalInterface
    public interface Fields {
        /** Writes them into the object that is open. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Where a client's own failures have no {@link ClientException.Kind}. */
    public enum Cause {
        /** The command line is no good. */
        USAGE,
        /** A file cannot be written, or is there already. */
        FILE,
        /** A topic is missing or unfit. */
        TOPICS_UNFIT,
        /** There is no such dead letter. */
        NO_RECORD,
        /** The user did not say yes. */
        NOT_CONFIRMED,
        /** No dead letter was written back: each can only come back, or is not whole. */
        ALL_SKIPPED,
        /** A check has found what makes jobs fail. */
        CHECK_FAILED,
        /** No portal is reached, or it does not tell. */
        NO_PORTAL,
        /** No record of the job was found. */
        NOT_FOUND,
        /** Something else, which is a fault of ours. */
        INTERNAL
    }

    private final PrintStream out;
    private final String command;
    private final Attempted attempted;

    /**
     * @param command the command's name without {@code kafkasend}; null where none was named
     * @param attempted how often the request was sent, and since when
     */
    public JsonReport(PrintStream out, String command, Attempted attempted) {
        this.out = out;
        this.command = command;
        this.attempted = attempted;
    }

    /** A command's name without {@code kafkasend}, as "dlq list"; null for kafkasend itself. */
    public static String name(CommandSpec command) {
        String qualified = command.qualifiedName();
        int space = qualified.indexOf(' ');
        return space < 0 ? null : qualified.substring(space + 1);
    }

    /** The job was handed over, and nobody waits. */
    public void submitted(Receipt receipt) {
        print("handed_over", ExitCode.ANSWERED, json -> {
            json.writeStringField("job_id", receipt.jobId().value());
            json.writeStringField("request_sha256", receipt.requestSha256());
            json.writeStringField("answer_topic", receipt.topic());
            json.writeStringField(
                    "since", receipt.since().truncatedTo(ChronoUnit.SECONDS).toString());
        });
    }

    /** The command did what it was asked to, and this is what there is to tell. */
    public void done(Fields fields) {
        print("done", ExitCode.ANSWERED, json -> {
            json.writeNullField("job_id");
            fields.write(json);
        });
    }

    /** It did not, or not in full. */
    public void failed(Cause cause, String line, Fields fields) {
        print("failed", ExitCode.FAILED, json -> {
            json.writeNullField("job_id");
            error(json, line, cause.name(), false);
            fields.write(json);
        });
    }

    /** A job was found. */
    public void traced(JobId job, Fields fields) {
        print("done", ExitCode.ANSWERED, json -> {
            json.writeStringField("job_id", job.value());
            fields.write(json);
        });
    }

    /** There was nothing to look at. */
    public void nothing(String line) {
        print("not_found", ExitCode.NOT_FOUND, json -> {
            json.writeNullField("job_id");
            error(json, line, Cause.NOT_FOUND.name(), false);
        });
    }

    /** A job was not found. */
    public void missing(JobId job, String line, int exitCode) {
        print(exitCode == ExitCode.NOT_FOUND ? "not_found" : "failed", exitCode, json -> {
            json.writeStringField("job_id", job.value());
            error(json, line, Cause.NOT_FOUND.name(), false);
        });
    }

    /**
     * The API answered.
     *
     * @param file where the body is; or null
     */
    public void answered(Answer answer, Path file, int exitCode) {
        print("answered", exitCode, json -> {
            json.writeStringField("job_id", answer.jobId().value());
            json.writeNumberField("status", answer.status());
            json.writeObjectFieldStart("headers");
            for (String name : answer.headers().keySet()) {
                header(json, name, answer.headerValues(name));
            }
            json.writeEndObject();
            if (!answer.droppedHeaders().isEmpty()) {
                json.writeArrayFieldStart("dropped_headers");
                for (String name : answer.droppedHeaders()) {
                    json.writeString(name);
                }
                json.writeEndArray();
            }
            if (file != null) {
                json.writeStringField("output", file.toString());
            } else if (TerminalText.isText(answer)) {
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
    public void failed(ClientException failure, int exitCode) {
        String outcome = exitCode == ExitCode.TIMED_OUT ? "timed_out" : exitCode == ExitCode.USAGE ? "usage" : "failed";
        print(outcome, exitCode, json -> {
            json.writeStringField("job_id", failure.jobId().map(JobId::value).orElse(null));
            JobFailedException job = failure instanceof JobFailedException failed ? failed : null;
            error(
                    json,
                    job == null ? failure.getMessage() : job.portalMessage(),
                    job == null
                            ? failure.kind().name()
                            : job.code().orElse(failure.kind().name()),
                    job != null ? job.retryable() : failure.kind() == Kind.NO_BROKER && attempted.attempts() == 0);
            if (job != null && job.retryAfterSeconds().isPresent()) {
                json.writeNumberField(
                        "retry_after_seconds", job.retryAfterSeconds().getAsInt());
            }
            if (attempted.request().isPresent()) {
                EndedRequest request = attempted.request().get();
                json.writeStringField("stage", request.stage().name().toLowerCase(Locale.ROOT));
                json.writeNumberField("sent_bytes", request.sentBytes());
                json.writeNumberField("received_bytes", request.receivedBytes());
            }
        });
    }

    /** The command line is no good. */
    void misused(String line) {
        print("usage", ExitCode.USAGE, json -> {
            json.writeNullField("job_id");
            error(json, line, Cause.USAGE.name(), false);
        });
    }

    private static void error(JsonGenerator json, String line, String code, boolean retryable) throws IOException {
        json.writeStringField("error", line);
        json.writeStringField("error_code", code);
        json.writeBooleanField("retryable", retryable);
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
            json.writeStringField("command", command);
            json.writeStringField("outcome", outcome);
            json.writeNumberField("exit_code", exitCode);
            fields.write(json);
            if (attempted.traceId().isPresent()) {
                json.writeStringField("trace_id", attempted.traceId().get());
            }
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
