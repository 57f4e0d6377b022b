package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.JobIdConverter;
import io.kafkasend.cli.option.PastTime;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.Attempted;
import io.kafkasend.cli.output.ErrorLines;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Receipt;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kafkasend fetch}: the answer of a job that was begun before. */
@Command(
        name = "fetch",
        description = "Fetches the answer of a request that was handed over before, as often as you like.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered",
            "1:failed: there is no answer, and why in one line",
            "2:bad usage",
            "3:the API answered 4xx or 5xx, with --fail",
            "4:no answer yet"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend send-request -e /api/v1/reports -d '{}' --detach",
            "  kafkasend fetch 550e8400-e29b-41d4-a716-446655440000",
            "  kafkasend fetch 550e8400-e29b-41d4-a716-446655440000 --since 7d --timeout 10m -o report.pdf"
        })
public final class FetchCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "JOB_ID",
            converter = JobIdConverter.class,
            description = "the job's id, as --no-wait prints it")
    private JobId job;

    @Option(
            names = "--digest",
            paramLabel = "SHA-256",
            description =
                    "the digest of the request, as --detach and --json tell it: no other request's answer is taken."
                            + " Default: that of the first answer under the id")
    private String digest;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = PastTime.class,
            description = "how far back the answer may be, as 2h or 7d, or from when on, as 2026-11-30T06:04:05Z."
                    + " Default: ${DEFAULT-VALUE}")
    private Instant since;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "0",
            converter = Seconds.class,
            description = "how long to wait for an answer that has not begun. Default: not at all")
    private int timeoutSeconds;

    @Option(
            names = "--reply-to",
            paramLabel = "TOPIC",
            description = "the topic that the answer was asked for on ($CLIENT_REPLY_TO)")
    private String replyTo;

    @Mixin
    private final AnswerOptions options = new AnswerOptions();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public FetchCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Fetches and reports; an {@link ExitCode}. */
    @Override
    public Integer call() {
        try {
            if (timeoutSeconds < 0) {
                throw new IllegalArgumentException("--timeout is " + timeoutSeconds + "; it takes 0 or more");
            }
            return fetch(
                    connection.logs.apply(surroundings),
                    new Receipt(job, digest == null ? null : digest.strip(), null, null, since));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int fetch(Console here, Receipt receipt) {
        Attempted attempted = new Attempted();
        AnswerReport reporting = new AnswerReport(here, options, attempted, () -> json(here, attempted));
        KafkaSendClient client = KafkaSendClient.builder()
                .bootstrapServers(connection.bootstrapServers)
                .requestTopic(connection.requestTopic)
                .responseTopic(connection.responseTopic)
                .replyTo(replyTo)
                .kafkaProperties(connection.kafkaProperties(here))
                .connectTimeout(Duration.ofSeconds(connection.connectTimeoutSeconds))
                .maxAnswerBytes(AnswerReport.mostInMemory())
                .build();
        Answer answer;
        try (client;
                ProgressDisplay progress =
                        ProgressDisplay.of(here, options.quiet || reporting.besideBody(), "fetching its answer")) {
            progress.started(job);
            reporting.showHead();
            AnswerTarget target = reporting.target(Math.max(1, timeoutSeconds));
            Duration wait = Duration.ofSeconds(timeoutSeconds);
            answer = client.fetch(receipt, wait, target, attempted.shownBy(progress))
                    .join();
            progress.arrived();
        } catch (CompletionException e) {
            return failed(here, attempted, (ClientException) e.getCause());
        } catch (ClientException e) {
            return failed(here, attempted, e);
        }
        return reporting.report(answer);
    }

    private int failed(Console here, Attempted attempted, ClientException failure) {
        int code = ExitCode.of(failure.kind());
        if (options.json) {
            json(here, attempted).failed(failure, code);
        }
        if (!here.standardOutput().readerWentAway()) {
            new ErrorLines(here).print(failure);
        }
        return code;
    }

    private JsonReport json(Console here, Attempted attempted) {
        return new JsonReport(here.out(), JsonReport.name(spec), attempted);
    }
}
