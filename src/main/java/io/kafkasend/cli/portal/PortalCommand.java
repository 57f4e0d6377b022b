package io.kafkasend.cli.portal;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.SettingsCheck;
import io.kafkasend.cli.log.LevelFile;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.ErrorLines;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.topic.TopicsReady;
import io.kafkasend.client.ClientException;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.portal.Portal;
import io.kafkasend.setting.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
            "0:ended on request; with --check, nothing failed",
            "1:failed, and why in one line; with --check, a look did",
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
    private final Console surroundings;

    @Option(
            names = "--check",
            description =
                    "look at all that the portal needs, and end: settings, heap, files, Kafka, its topics and rights, a"
                            + " token, the API. Sends no request, changes nothing, shows no secret")
    private boolean check;

    @Option(names = "--offline", description = "with --check: connect to nothing")
    private boolean offline;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec;

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
        if (!check && (offline || json.wanted)) {
            throw new ParameterException(
                    spec.commandLine(), (offline ? "--offline" : "--json") + " goes with --check only");
        }
        SettingsCheck said = new SettingsCheck(surroundings, json.wanted, json.report(surroundings));
        PortalSettings settings;
        try {
            Console here = logLevel == null
                    ? surroundings
                    : surroundings.with(OperationSettings.LOG_LEVEL.variable(), logLevel);
            settings = PortalSettings.fromEnvironment(here.environment());
        } catch (SettingsException e) {
            return said.unfit(e.faults());
        }
        List<String> faults = Portal.faults(settings);
        if (!faults.isEmpty()) {
            return said.unfit(faults);
        }
        if (check) {
            return check(settings, said);
        }
        Logs.level("io.kafkasend", settings.get(OperationSettings.LOG_LEVEL));
        if (settings.get(OperationSettings.LOG_FORMAT).equals(OperationSettings.JSON_LOG)) {
            Logs.asJson();
        }
        settings.get(OperationSettings.LOG_LEVEL_FILE).ifPresent(file -> watch(file, settings));
        try {
            return Portal.run(settings, () -> awaitTopics(settings));
        } catch (ClientException e) {
            new ErrorLines(surroundings).print(e);
            return ExitCode.USAGE;
        }
    }

    private static void watch(Path file, PortalSettings settings) {
        new LevelFile(
                        file,
                        OperationSettings.LOG_LEVEL,
                        settings.get(OperationSettings.LOG_LEVEL),
                        level -> Logs.level("io.kafkasend", level))
                .watch();
    }

    private int check(PortalSettings settings, SettingsCheck said) throws InterruptedException {
        PortalCheck portal = new PortalCheck(settings, surroundings.environment());
        List<Finding> found = new ArrayList<>(portal.offline());
        if (!offline) {
            found.addAll(portal.online());
        }
        return said.found(settings.changed(), found);
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
