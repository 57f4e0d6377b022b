package io.kafkasend.cli.outbox;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.SettingsCheck;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.concurrent.StopSignals;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.OutboxSettings;
import io.kafkasend.outbox.Outbox;
import io.kafkasend.setting.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the outbox until the process is told to end. */
@Command(
        name = "outbox",
        description =
                "Sends each file that is dropped into a folder, and puts its answer into another. Everything is set by environment"
                        + " variables; see docs/use/outbox.md.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended on request; with --check, nothing failed",
            "1:failed, and why in one line; with --check, a look did",
            "2:bad settings or bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  export OUTBOX_DIRECTORY=/var/spool/outbox OUTBOX_ENDPOINT=/api/v1/upload",
            "  kafkasend outbox --check",
            "  kafkasend outbox"
        })
public final class OutboxCommand implements Callable<Integer> {
    private final Console surroundings;

    @Option(
            names = "--check",
            description =
                    "look at all that the outbox needs, and end: settings, folders, Kafka, its topics and rights. Makes missing folders, sends"
                            + " no request, shows no secret")
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
            description = "how much the outbox logs, over OUTBOX_LOG_LEVEL")
    private String logLevel;

    public OutboxCommand(Console surroundings) {
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
        OutboxSettings settings;
        try {
            Console here =
                    logLevel == null ? surroundings : surroundings.with(OutboxSettings.LOG_LEVEL.variable(), logLevel);
            settings = OutboxSettings.fromEnvironment(here.environment());
        } catch (SettingsException e) {
            return said.unfit(e.faults());
        }
        List<String> faults = Outbox.faults(settings);
        if (!faults.isEmpty()) {
            return said.unfit(faults);
        }
        if (check) {
            return check(settings, said);
        }
        Logs.level("io.kafkasend", settings.get(OutboxSettings.LOG_LEVEL));
        if (settings.get(OutboxSettings.LOG_FORMAT).equals(OperationSettings.JSON_LOG)) {
            Logs.asJson();
        }
        return run();
    }

    private int run() throws Exception {
        Outbox outbox = Outbox.ofEnvironment();
        StopSignals.handle(outbox::end);
        return outbox.run();
    }

    private int check(OutboxSettings settings, SettingsCheck said) throws InterruptedException {
        OutboxCheck outbox = new OutboxCheck(settings, surroundings.environment());
        List<Finding> found = new ArrayList<>(outbox.offline());
        if (!offline) {
            found.addAll(outbox.online());
        }
        return said.found(settings.changed(), found);
    }
}
