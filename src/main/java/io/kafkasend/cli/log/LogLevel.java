package io.kafkasend.cli.log;

import io.kafkasend.cli.console.Console;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The level that CLIENT_LOG_LEVEL asks for. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    public static final String VARIABLE = "CLIENT_LOG_LEVEL";

    /** The level; INFO where the variable is not set, or is none: {@link #apply} tells. */
    public static LogLevel of(Console surroundings) {
        return named(surroundings.variable(VARIABLE)).orElse(INFO);
    }

    /** The level of this name, in capitals or not, or of Python's name for it; empty for none. */
    private static Optional<LogLevel> named(String name) {
        String level = name == null ? "" : name.strip().toUpperCase(Locale.ROOT);
        return switch (level) {
            case "WARNING" -> Optional.of(WARN);
            case "CRITICAL", "FATAL" -> Optional.of(ERROR);
            default ->
                Arrays.stream(values())
                        .filter(each -> each.name().equals(level))
                        .findFirst();
        };
    }

    /**
     * Tells logback.xml, which is read when the first logger is made: call it before anything of the SDK is loaded.
     *
     * @param said what the user knows the variable's value by
     * @throws IllegalArgumentException when the variable holds no level
     */
    static void apply(Console surroundings, String said) {
        LogLevel level = of(surroundings);
        String value = surroundings.variable(VARIABLE);
        if (value != null && named(value).isEmpty()) {
            throw new IllegalArgumentException(
                    said + " is " + value + "; it takes TRACE, DEBUG, INFO, WARN, ERROR or OFF");
        }
        System.setProperty("kafkasend.log.level", level.name());
        // What Kafka's clients warn of, over and over, the command says once, and better.
        System.setProperty("kafkasend.kafka.log.level", level.detailed() ? "INFO" : "OFF");
    }

    /** Has SLF4J take {@link CommandLog}, unless a user has said otherwise; call it before the first logger is made. */
    public static void ofCommandThatEndsSoon() {
        if (System.getProperty("slf4j.provider") == null && System.getProperty("logback.configurationFile") == null) {
            System.setProperty("slf4j.provider", CommandLog.class.getName());
            System.setProperty("slf4j.internal.verbosity", "WARN"); // or it tells that it was told so
        }
    }

    /** Whether stack traces and Kafka's own logs are wanted. */
    public boolean detailed() {
        return this == TRACE || this == DEBUG;
    }
}
