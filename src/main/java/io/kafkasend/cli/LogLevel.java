package io.kafkasend.cli;

import java.util.Locale;

/** The level that CLIENT_LOG_LEVEL asks for. */
enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    static final String VARIABLE = "CLIENT_LOG_LEVEL";

    /** The level; INFO where the variable is not set, or is none: {@link #apply} tells. */
    static LogLevel of(Surroundings surroundings) {
        String value = surroundings.variable(VARIABLE);
        for (LogLevel level : values()) {
            if (level.name().equalsIgnoreCase(value)) {
                return level;
            }
        }
        return INFO;
    }

    /**
     * Tells logback.xml, which is read when the first logger is made: call it before anything of the SDK is loaded.
     *
     * @throws IllegalArgumentException when the variable holds no level
     */
    static void apply(Surroundings surroundings) {
        LogLevel level = of(surroundings);
        String value = surroundings.variable(VARIABLE);
        if (value != null && !level.name().equals(value.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    VARIABLE + " is " + value + "; it takes TRACE, DEBUG, INFO, WARN, ERROR or OFF");
        }
        System.setProperty("kafkasend.log.level", level.name());
        // What Kafka's clients warn of, over and over, the command says once, and better.
        System.setProperty("kafkasend.kafka.log.level", level.detailed() ? "INFO" : "OFF");
    }

    /** Whether stack traces and Kafka's own logs are wanted. */
    boolean detailed() {
        return this == TRACE || this == DEBUG;
    }
}
