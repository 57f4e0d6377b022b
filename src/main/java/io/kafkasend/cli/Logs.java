package io.kafkasend.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Sets how much is logged; where and how, logback.xml says. */
final class Logs {
    private Logs() {}

    /** Sets a logger's level, by its name in capitals or not. */
    static void level(String logger, String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(Level.toLevel(level));
        }
    }
}
