package io.kafkasend.cli.log;

import io.kafkasend.cli.console.Console;
import picocli.CommandLine.Option;

/** How much a command logs. */
public final class LogLevelOption {
    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description =
                    "how much is logged: TRACE, DEBUG, INFO, WARN, ERROR or OFF ($CLIENT_LOG_LEVEL). Default: INFO")
    private String level;

    /**
     * The surroundings with this level in them, which holds from now on: call it before anything of the SDK is loaded.
     *
     * @throws IllegalArgumentException when the option or the variable holds no level
     */
    public Console apply(Console surroundings) {
        Console here = level == null ? surroundings : surroundings.with(LogLevel.VARIABLE, level);
        LogLevel.apply(here, level == null ? LogLevel.VARIABLE : "--log-level");
        return here;
    }
}
