package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.JobIdConverter;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kafkasend trace}: a job's life, from the topics alone. */
@Command(
        name = "trace",
        description =
                "Tells a job's life from the topics alone: START, chunks and those that are missing, CANCEL, answer or"
                        + " ERROR, dead letters, where each lies and when it was written. Shows no payload, and no value of"
                        + " a query.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:found, whatever became of it",
            "1:Kafka cannot be asked, or not all could be read and nothing was found",
            "2:bad usage",
            "5:not found within --since and the topics' retention"
        },
        footerHeading = "%nExamples:%n",
        footer = "  kafkasend trace 550e8400-e29b-41d4-a716-446655440000 --since 1h")
public final class TraceCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "JOB_ID",
            converter = JobIdConverter.class,
            description = "the job's id, as commands and logs show it")
    private JobId job;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Seconds.class,
            description = "how far back to look. Default: ${DEFAULT-VALUE}")
    private int sinceSeconds;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60",
            converter = Seconds.class,
            description = "how long to read at most. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    @Option(
            names = "--reply-to",
            paramLabel = "TOPIC",
            description = "look for the answer on this topic, too, where START is gone ($CLIENT_REPLY_TO)")
    private String replyTo;

    @Mixin
    private final DeadLetterOption deadLetters = new DeadLetterOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public TraceCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Reads, and tells; an {@link ExitCode}. */
    @Override
    public Integer call() {
        try {
            Console here = connection.logs.apply(surroundings);
            if (sinceSeconds < 1 || timeoutSeconds < 1) {
                throw new IllegalArgumentException(
                        (sinceSeconds < 1 ? "--since" : "--timeout") + " takes at least 1 second");
            }
            JsonReport report = json.report(here);
            TraceRun run = new TraceRun(connection);
            run.read(
                    connection.kafkaProperties(here),
                    job,
                    replyTo,
                    deadLetters.topic(surroundings),
                    Duration.ofSeconds(sinceSeconds),
                    Duration.ofSeconds(timeoutSeconds));
            run.notes().forEach(here::warn);
            return run.trace().empty() ? nothing(here, run, report) : told(here, run.trace(), report);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int nothing(Console here, TraceRun run, JsonReport report) {
        String line = "job " + job + " was not found within " + time(sinceSeconds)
                + (run.complete() ? ", or the topics' retention is over" : ", as far as the topics could be read");
        here.complain(line);
        int code = run.complete() ? ExitCode.NOT_FOUND : ExitCode.FAILED;
        if (json.wanted) {
            report.missing(job, line, code);
        }
        return code;
    }

    private int told(Console here, JobTrace trace, JsonReport report) {
        Instant now = Instant.now();
        if (json.wanted) {
            report.traced(job, out -> write(trace, now, out));
            return ExitCode.ANSWERED;
        }
        List<TraceEvent> events = trace.events();
        Instant begin = events.get(0).time();
        here.out().println("job " + job + ": " + trace.line(now));
        int places =
                events.stream().mapToInt(event -> event.place().length()).max().orElse(0);
        for (TraceEvent event : events) {
            here.out()
                    .println(String.format(
                                    Locale.ROOT,
                                    "%s  %+9.3f s  %-" + places + "s  %-11s  %s",
                                    event.time(),
                                    Duration.between(begin, event.time()).toMillis() / 1_000.0,
                                    event.place(),
                                    event.kind(),
                                    what(event))
                            .stripTrailing());
        }
        here.out().println("request: " + trace.requestPieces());
        if (trace.status().isPresent()) {
            here.out().println("answer: " + trace.answerPieces());
        }
        return ExitCode.ANSWERED;
    }

    private static String what(TraceEvent event) {
        return event.kind().equals(TraceEvent.CHUNK) && event.records() > 1
                ? event.records() + " of them, within " + JobTrace.seconds(event.time(), event.until())
                : event.what();
    }

    private static void write(JobTrace trace, Instant now, JsonGenerator json) throws IOException {
        json.writeStringField("state", trace.state().name().toLowerCase(Locale.ROOT));
        json.writeStringField("told", trace.line(now));
        if (trace.status().isPresent()) {
            json.writeNumberField("status", trace.status().get());
        }
        if (trace.errorCode().isPresent()) {
            json.writeStringField("job_error_code", trace.errorCode().get());
        }
        write("request_chunks", trace.requestPieces(), json);
        write("answer_chunks", trace.answerPieces(), json);
        json.writeArrayFieldStart("events");
        for (TraceEvent event : trace.events()) {
            json.writeStartObject();
            json.writeStringField("time", event.time().toString());
            json.writeStringField("until", event.until().toString());
            json.writeStringField("kind", event.kind());
            json.writeStringField("topic", event.topic());
            json.writeNumberField("partition", event.partition());
            json.writeNumberField("offset", event.offset());
            json.writeNumberField("last_offset", event.last());
            json.writeNumberField("records", event.records());
            json.writeStringField("what", event.what());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(String name, Pieces pieces, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        if (pieces.total() == null) {
            json.writeNullField("total");
        } else {
            json.writeNumberField("total", pieces.total());
        }
        json.writeNumberField("came", pieces.count());
        json.writeArrayFieldStart("missing");
        for (String gap : pieces.missing()) {
            json.writeString(gap);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String time(int seconds) {
        return seconds % 3_600 == 0
                ? seconds / 3_600 + " h"
                : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
