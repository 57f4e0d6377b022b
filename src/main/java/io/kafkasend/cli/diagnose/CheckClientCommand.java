package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.JobIdConverter;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend check-client}: whether what a client sends is what PROTOCOL.md asks for. */
@Command(
        name = "check-client",
        description =
                "Judges what a client of your own sends, message by message, as a portal would, and says of each what is"
                        + " wrong: the field, what was got and what is accepted, the code that a portal answers, and the"
                        + " section of PROTOCOL.md. Reads the request topic from now on, or what is there. Only reads:"
                        + " joins no group, commits nothing, calls nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that came is right",
            "1:something is wrong, or Kafka cannot be asked",
            "2:bad usage",
            "5:no record came, or was there"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend check-client                            then start your client, within a minute",
            "  kafkasend check-client --jobs 3 --time 10m",
            "  kafkasend check-client --since 1h --client-keys keys/ --json"
        })
public final class CheckClientCommand implements Callable<Integer> {
    private static final int TOLD = 1_000;

    /** What is read; of none of them, what comes from now on. */
    static final class Past {
        @Option(
                names = "--since",
                paramLabel = "TIME",
                converter = Seconds.class,
                description = "judge what was written so long ago and later, and end")
        private Integer sinceSeconds;

        @Option(names = "--from-beginning", description = "judge all that the topic has, and end")
        private boolean all;
    }

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @ArgGroup
    private final Past past = new Past();

    @Option(
            names = "--job",
            paramLabel = "JOB_ID",
            converter = JobIdConverter.class,
            description = "judge the records of this job only")
    private JobId job;

    @Option(
            names = "--jobs",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "end once so many jobs are whole, or have failed. Default: ${DEFAULT-VALUE}")
    private int jobs;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "60",
            converter = Seconds.class,
            description = "how long to read at most. Default: ${DEFAULT-VALUE} s")
    private int timeSeconds;

    @Option(
            names = "--client-keys",
            paramLabel = "DIRECTORY",
            description = "verify signatures by these public keys, each NAME.pem, as a portal has them")
    private Path clientKeys;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    private final List<Verdict> wrong = new ArrayList<>();
    private long faulty;

    public CheckClientCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Reads, and tells; an {@link ExitCode}. */
    @Override
    public Integer call() {
        try {
            Console here = connection.logs.apply(surroundings);
            if (timeSeconds < 1 || jobs < 1) {
                throw new IllegalArgumentException(
                        timeSeconds < 1 ? "--time takes at least 1 second" : "--jobs takes at least 1");
            }
            JsonReport report = json.report(here);
            RequestJudge judge = new RequestJudge(SignatureJudge.of(clientKeys), past.all);
            ClientCheckRun run = new ClientCheckRun(
                    connection, judge, job, Duration.ofSeconds(timeSeconds), verdict -> tell(here, verdict));
            boolean ended = read(here, run);
            return told(here, report, run.messages(), ended);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Whether all was read that was to be. */
    private boolean read(Console here, ClientCheckRun run) {
        Map<String, String> kafka = connection.kafkaProperties(here);
        if (past.all || past.sinceSeconds != null) {
            return run.past(kafka, past.all ? Instant.MIN : Instant.now().minusSeconds(past.sinceSeconds));
        }
        String line = "reading " + connection.requestTopic + " from now on, for " + timeSeconds
                + " s at most: start the client";
        run.live(kafka, () -> here.warn(line), jobs);
        return true;
    }

    private void tell(Console here, Verdict verdict) {
        if (!verdict.good()) {
            faulty++;
            if (wrong.size() < TOLD) {
                wrong.add(verdict);
            }
        }
        if (json.wanted) {
            return;
        }
        String job = verdict.job() == null ? "no key" : verdict.job();
        String place = verdict.partition() + "@" + verdict.offset();
        here.out().println(place + "  " + verdict.kind() + "  " + job + "  " + (verdict.good() ? "OK" : "WRONG"));
        verdict.faults().forEach(fault -> here.out().println("    " + fault));
        verdict.notes().forEach(note -> here.out().println("    note: " + note));
        here.out().flush();
    }

    private int told(Console here, JsonReport report, long messages, boolean ended) {
        if (messages == 0) {
            String line = "no record " + (job == null ? "" : "of job " + job + " ") + "came, or was there, on "
                    + connection.requestTopic;
            here.complain(line);
            if (json.wanted) {
                report.nothing(line);
            }
            return ExitCode.NOT_FOUND;
        }
        String line = messages + " records, " + faulty + " faults in records or jobs";
        if (!ended) {
            here.warn("not all was read within " + timeSeconds + " s: give it more by --time");
        }
        if (!json.wanted) {
            here.out().println(faulty == 0 ? messages + " records, all right" : line);
        } else if (faulty == 0) {
            report.done(out -> write(out, messages));
        } else {
            report.failed(JsonReport.Cause.CHECK_FAILED, line, out -> write(out, messages));
        }
        return faulty == 0 ? ExitCode.ANSWERED : ExitCode.FAILED;
    }

    private void write(JsonGenerator out, long messages) throws IOException {
        out.writeNumberField("messages", messages);
        out.writeNumberField("wrong", faulty);
        out.writeArrayFieldStart("verdicts");
        for (Verdict verdict : wrong) {
            out.writeStartObject();
            out.writeNumberField("partition", verdict.partition());
            out.writeNumberField("offset", verdict.offset());
            out.writeStringField("kind", verdict.kind());
            out.writeStringField("job", verdict.job());
            out.writeArrayFieldStart("faults");
            for (Verdict.Fault fault : verdict.faults()) {
                out.writeStartObject();
                out.writeStringField(
                        "code", fault.code() == null ? null : fault.code().name());
                out.writeStringField("wrong", fault.wrong());
                out.writeStringField("got", fault.got());
                out.writeStringField("section", fault.section());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
