package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.YesOrNo;
import io.kafkasend.cli.option.JobIdConverter;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.cli.output.Attempted;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.Frames;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.SecretHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the sending commands have in common: the request's head, and what becomes of the answer. */
final class SendOptions {
    @Option(
            names = {"-e", "--endpoint"},
            required = true,
            paramLabel = "PATH",
            description = "path and query at the API, such as /api/v1/upload")
    String endpoint;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "a header for the API; repeatable, the values of one name are joined by a comma")
    private final List<String> headers = new ArrayList<>();

    @Option(
            names = "--secret-headers",
            paramLabel = "NAMES",
            defaultValue = "",
            description = "headers that are never sent, since others may read the topic, with commas between"
                    + " ($CLIENT_SECRET_HEADERS); beside Authorization, Cookie and Proxy-Authorization")
    private String secretHeaders;

    @Option(
            names = "--form-field",
            paramLabel = "NAME",
            description = "the form's field for the file. Default: the portal's own, most often \"file\"")
    String formField;

    @Option(
            names = "--form",
            paramLabel = "NAME=VALUE",
            description = "a text field of the form, before the file; repeatable")
    private final List<String> form = new ArrayList<>();

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "wait for the answer, the default; --no-wait prints the job's id once Kafka has the request")
    private boolean wait;

    @Option(
            names = "--detach",
            description = "as --no-wait, and print the command that fetches the answer instead of the job's id")
    boolean detach;

    @Mixin
    final AnswerOptions answer = new AnswerOptions();

    @Option(
            names = "--job-id",
            paramLabel = "UUID",
            converter = JobIdConverter.class,
            description =
                    "the job's id, a version 4 UUID in lower case that was not used before; there are no retries, each"
                            + " of which would be another job. Default: a new one with each job")
    JobId jobId;

    @Option(
            names = "--trace",
            arity = "0..1",
            paramLabel = "TRACEPARENT",
            parameterConsumer = TraceparentArgument.class,
            description = "make a trace of it, or go on with this one, or that of $TRACEPARENT, and print its id; it is"
                    + " exported where $OTEL_EXPORTER_OTLP_ENDPOINT names a collector")
    String trace;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "900",
            converter = Seconds.class,
            description = "how long it all may take, retries included: seconds, or as 10s, 5m, 1h. Default:"
                    + " ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    @Option(
            names = "--stream-timeout",
            paramLabel = "TIME",
            converter = Seconds.class,
            description =
                    "how long an answer may take in all that comes bit by bit, such as a log that is followed, while"
                            + " each piece comes within --timeout. Default: --timeout")
    private Integer streamTimeoutSeconds;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "how often to retry errors that the portal marks retryable, within the timeout."
                    + " Default: 3, with --job-id 0")
    private Integer retries;

    @Option(
            names = "--binary",
            description =
                    "send the body as binary frames, a quarter less on the wire. One such request stops an old portal"
                            + " for good, on all partitions: on a terminal it asks first, elsewhere it needs --yes or"
                            + " --modern-portals")
    boolean binary;

    @Option(names = "--yes", description = "with --binary, do not ask: every portal of the request topic knows frames")
    boolean yes;

    @Option(
            names = "--modern-portals",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            converter = YesOrNo.class,
            description =
                    "no old portal reads the request topic: --binary does not ask, and after Ctrl-C or a timeout the"
                            + " portal is told to give the job up, also before it begins to answer ($CLIENT_MODERN_PORTALS)."
                            + " Default: ${DEFAULT-VALUE}")
    private boolean modernPortals;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            defaultValue = "kafkasend-portal",
            description =
                    "the consumer group that portals read as ($KAFKA_CONSUMER_GROUP): Kafka is asked whether it has"
                            + " members when none says anything. Default: ${DEFAULT-VALUE}")
    String portalGroup;

    @Option(
            names = "--compress",
            paramLabel = "gzip|zstd",
            description = "compress the body's chunks and the answer's, where it pays; the portal must know it")
    private String compress;

    @Option(
            names = "--sha256",
            description = "have both bodies checked by SHA-256, too, as those of signed requests always are")
    boolean sha256;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What is printed as JSON of a run. */
    JsonReport report(Console surroundings, Attempted attempted) {
        return new JsonReport(surroundings.out(), JsonReport.name(command), attempted);
    }

    /**
     * The headers, each as name and value; a name may come again.
     *
     * @throws IllegalArgumentException for one without a colon
     */
    List<Map.Entry<String, String>> headers() {
        List<Map.Entry<String, String>> parsed = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("--header " + header + " is not of the form 'Name: value'");
            }
            parsed.add(Map.entry(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip()));
        }
        return parsed;
    }

    /** Whether the answer is waited for. */
    boolean waits() {
        return wait && !detach;
    }

    /** Which headers are never sent. */
    SecretHeaders secretHeaders() {
        return SecretHeaders.and(secretHeaders);
    }

    /** Whether anything is said of a form. */
    boolean hasForm() {
        return formField != null || !form.isEmpty();
    }

    /**
     * The form's text fields, each as name and value.
     *
     * @throws IllegalArgumentException for one without a name or {@code =}
     */
    List<Map.Entry<String, String>> form() {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String field : form) {
            int equals = field.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--form " + field + " is not of the form NAME=VALUE");
            }
            fields.add(Map.entry(field.substring(0, equals), field.substring(equals + 1)));
        }
        return fields;
    }

    boolean hasHeader(String name) {
        return headers().stream().map(Map.Entry::getKey).anyMatch(name::equalsIgnoreCase);
    }

    /** How often to send again, 0 to 100. */
    int retries() {
        int asked = retries != null ? retries : jobId == null ? 3 : 0;
        if (asked < 0 || asked > 100) {
            throw new IllegalArgumentException("--retries is " + asked + "; it takes 0 to 100");
        }
        if (asked > 0 && jobId != null) {
            throw new IllegalArgumentException(
                    "--retries is " + asked + ", and each would be another job than --job-id names; it takes 0");
        }
        return asked;
    }

    /** Whether the user says that no portal of the request topic is an old one. */
    boolean modernPortals() {
        return modernPortals || binary && yes;
    }

    /** Which CHUNKs may be binary frames. */
    Frames frames() {
        return binary ? Frames.REQUEST_AND_ANSWER : Frames.ANSWER;
    }

    /**
     * How chunks are compressed; null for not at all.
     *
     * @throws IllegalArgumentException for what is none of the encodings
     */
    ContentEncoding compression() {
        return compress == null
                ? null
                : ContentEncoding.named(compress)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "--compress is \"" + compress + "\"; it takes gzip or zstd"));
    }

    /** The deadline in seconds, at least 1. */
    int timeoutSeconds() {
        if (timeoutSeconds < 1) {
            throw new IllegalArgumentException("--timeout is " + timeoutSeconds + "; it takes at least 1 second");
        }
        return timeoutSeconds;
    }

    /** How long an answer that streams may take; null for no longer than others. */
    Duration streamTimeout() {
        if (streamTimeoutSeconds != null && streamTimeoutSeconds < 1) {
            throw new IllegalArgumentException(
                    "--stream-timeout is " + streamTimeoutSeconds + "; it takes at least 1 second");
        }
        return streamTimeoutSeconds == null ? null : Duration.ofSeconds(streamTimeoutSeconds);
    }
}
