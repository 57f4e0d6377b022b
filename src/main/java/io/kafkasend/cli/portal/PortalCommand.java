package io.kafkasend.cli.portal;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.ErrorLines;
import io.kafkasend.cli.topic.TopicsReady;
import io.kafkasend.client.ClientException;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.kafka.ReadableTopic;
import io.kafkasend.kafka.WritableTopic;
import io.kafkasend.portal.Portal;
import io.kafkasend.setting.SettingsException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the portal beside an API until the process is told to end. */
@Command(
        name = "portal",
        description =
                "Runs the portal beside an API. Everything is set by environment variables; see docs/operate/configuration.md.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended on request; with --check, the settings are good",
            "1:failed, and why in one line",
            "2:bad settings or bad usage",
            "70:could not go on, and ended itself"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  PORTAL_TARGET_API_URL=https://api.example.com \\",
            "  PORTAL_ALLOWED_ENDPOINTS='/api/v1/upload,/api/v1/documents/*' \\",
            "  OAUTH2_TOKEN_URL=https://login.example.com/token OAUTH2_CLIENT_ID=portal \\",
            "  OAUTH2_CLIENT_SECRET=... kafkasend portal",
            "  kafkasend portal --check"
        })
public final class PortalCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Console surroundings;

    @Option(
            names = "--check",
            description =
                    "check the settings, the reply topics and whether requests can be read, show the settings with secrets"
                            + " masked, and end")
    private boolean check;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "how much the portal logs, over PORTAL_LOG_LEVEL")
    private String logLevel;

    public PortalCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws Exception {
        PortalSettings settings;
        try {
            Console here = logLevel == null
                    ? surroundings
                    : surroundings.with(OperationSettings.LOG_LEVEL.variable(), logLevel);
            settings = PortalSettings.fromEnvironment(here.environment());
        } catch (SettingsException e) {
            e.faults().forEach(fault -> surroundings.complain(fault));
            return ExitCode.USAGE;
        }
        List<String> faults = Portal.faults(settings);
        if (!faults.isEmpty()) {
            faults.forEach(fault -> surroundings.complain(fault));
            return ExitCode.USAGE;
        }
        if (check) {
            surroundings.out().println(settings);
            surroundings.out().println(Portal.heapNeeds(settings));
            surroundings.out().println(Portal.answerReaders(settings));
            return Math.max(checkReplyTopics(settings), checkRequests(settings));
        }
        Logs.level("io.kafkasend", settings.get(OperationSettings.LOG_LEVEL));
        try {
            return Portal.run(settings, () -> awaitTopics(settings));
        } catch (ClientException e) {
            new ErrorLines(surroundings).print(e);
            return ExitCode.USAGE;
        }
    }

    /** Reads what stands next, where a broker is there: the rest can be checked where none is. */
    private int checkRequests(PortalSettings settings) {
        String topic = settings.get(KafkaSettings.REQUEST_TOPIC);
        try {
            Optional<String> fault = new ReadableTopic(settings.kafkaConnection(), PATIENCE)
                    .fault(topic, settings.get(KafkaSettings.CONSUMER_GROUP));
            fault.ifPresent(why -> surroundings.complain("requests cannot be read from " + topic + ": " + why));
            return fault.isPresent() ? ExitCode.FAILED : ExitCode.ANSWERED;
        } catch (ReadableTopic.UnknownException e) {
            surroundings.complain("not checked, whether requests can be read from " + topic + " at "
                    + settings.get(KafkaSettings.BOOTSTRAP_SERVERS) + ": " + e.getMessage());
            return ExitCode.ANSWERED;
        }
    }

    /** Asks Kafka only where there is something to ask for. */
    private int checkReplyTopics(PortalSettings settings) {
        WritableTopic writable = new WritableTopic(settings.kafkaConnection(), PATIENCE);
        int code = ExitCode.ANSWERED;
        for (String topic : new TreeSet<>(settings.replyTopics())) {
            try {
                Optional<String> fault = writable.fault(topic);
                if (fault.isPresent()) {
                    surroundings.complain("PORTAL_REPLY_TOPICS has " + topic + ": " + fault.get());
                    code = ExitCode.USAGE;
                }
            } catch (WritableTopic.UnknownException e) {
                surroundings.complain("PORTAL_REPLY_TOPICS cannot be checked, no answer from Kafka at "
                        + settings.get(KafkaSettings.BOOTSTRAP_SERVERS) + ": " + e.getMessage());
                return ExitCode.FAILED;
            }
        }
        return code;
    }

    private static void awaitTopics(PortalSettings settings) throws InterruptedException {
        TopicsReady ready = new TopicsReady(
                settings.get(KafkaSettings.BOOTSTRAP_SERVERS),
                KafkaSecurity.of(settings::get).properties());
        ready.await(settings.get(KafkaSettings.REQUEST_TOPIC), settings.get(KafkaSettings.RESPONSE_TOPIC));
        String deadLetters = settings.get(KafkaSettings.DEAD_LETTER_TOPIC);
        if (!deadLetters.isEmpty()) {
            ready.warnOfMissing(deadLetters, "records that name no client are only logged until then");
        }
    }
}
