package io.kafkasend.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Sets how much is logged; where and how, {@code logback.xml} in this package says. */
final class Logs {
    private static final String FILE = "logback.configurationFile";

    private Logs() {}

    /**
     * Has logback read this package's file, unless a user has named one; call it before the first logger is made. At the root of the jar,
     * where logback looks by itself, the file would take over the log of whoever has the jar on the class path.
     */
    static void byOwnFile() {
        if (System.getProperty(FILE) == null) {
            System.setProperty(FILE, Logs.class.getPackageName().replace('.', '/') + "/logback.xml");
        }
    }

    /** Sets a logger's level, by its name in capitals or not. */
    static void level(String logger, String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(Level.toLevel(level));
        }
    }
}
