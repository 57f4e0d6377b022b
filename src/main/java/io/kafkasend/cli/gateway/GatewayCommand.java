package io.kafkasend.cli.gateway;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.SettingsCheck;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.concurrent.StopSignals;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.setting.SettingsException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the gateway until the process is told to end. */
@Command(
        name = "gateway",
        description =
                "Takes HTTP from curl and whatever else speaks it, and answers through Kafka as the API would. Everything is set"
                        + " by environment variables; see docs/use/gateway.md.",
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
            "  kafkasend gateway",
            "  curl -T report.pdf http://localhost:8088/api/v1/upload",
            "  kafkasend gateway --check"
        })
public final class GatewayCommand implements Callable<Integer> {
    private final Console surroundings;

    @Option(
            names = "--check",
            description =
                    "look at all that the gateway needs, and end: settings, files, Kafka, its topics and rights. Sends"
                            + " no request, changes nothing, shows no secret")
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
            description = "how much the gateway logs, over GATEWAY_LOG_LEVEL")
    private String logLevel;

    @Option(
            names = "--async-after",
            paramLabel = "TIME",
            description = "after how long a caller gets 202 and a place to ask, as 90s; over GATEWAY_ASYNC_AFTER")
    private String asyncAfter;

    public GatewayCommand(Console surroundings) {
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
        GatewaySettings settings;
        try {
            Console here =
                    logLevel == null ? surroundings : surroundings.with(GatewaySettings.LOG_LEVEL.variable(), logLevel);
            Console told = asyncAfter == null ? here : here.with(GatewaySettings.ASYNC_AFTER.variable(), asyncAfter);
            settings = GatewaySettings.fromEnvironment(told.environment());
        } catch (SettingsException e) {
            return said.unfit(e.faults());
        }
        List<String> faults = Gateway.faults(settings);
        if (!faults.isEmpty()) {
            return said.unfit(faults);
        }
        if (check) {
            return check(settings, said);
        }
        Logs.level("io.kafkasend", settings.get(GatewaySettings.LOG_LEVEL));
        if (settings.get(GatewaySettings.LOG_FORMAT).equals(OperationSettings.JSON_LOG)) {
            Logs.asJson();
        }
        return run(settings);
    }

    private int run(GatewaySettings settings) throws Exception {
        Gateway gateway = Gateway.ofEnvironment(
                asyncAfter == null ? Map.of() : Map.of(GatewaySettings.ASYNC_AFTER.property(), asyncAfter));
        StopSignals.handle(gateway::end);
        try {
            return gateway.run();
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    surroundings.complain(
                            "the gateway cannot listen at " + settings.get(GatewaySettings.HOST) + ", port "
                                    + settings.get(GatewaySettings.PORT) + ": " + cause.getMessage()
                                    + "; GATEWAY_PORT takes another, or 0 for any that is free");
                    return ExitCode.FAILED;
                }
            }
            throw e;
        }
    }

    private int check(GatewaySettings settings, SettingsCheck said) throws InterruptedException {
        GatewayCheck gateway = new GatewayCheck(settings, surroundings.environment());
        List<Finding> found = new ArrayList<>(gateway.offline());
        if (!offline) {
            found.addAll(gateway.online());
        }
        return said.found(settings.changed(), found);
    }
}
