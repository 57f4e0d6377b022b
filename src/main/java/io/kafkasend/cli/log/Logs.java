package io.kafkasend.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Sets how much is logged, and in which form; where, {@code io/kafkasend/cli/logback.xml} says. */
public final class Logs {
    private static final String FILE = "logback.configurationFile";
    private static final String OWN = "io/kafkasend/cli/logback.xml";

    private Logs() {}

    /**
     * Has logback read the commands' own file, unless a user has named one; call it before the first logger is made. At the root of the jar,
     * where logback looks by itself, the file would take over the log of whoever has the jar on the class path.
     */
    public static void byOwnFile() {
        if (System.getProperty(FILE) == null) {
            System.setProperty(FILE, OWN);
        }
    }

    /** Sets a logger's level, by its name in capitals or not. */
    public static void level(String logger, String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(Level.toLevel(level));
        }
    }

    /**
     * Has events written as {@link JsonLines} from now on. A log that a user has set up by a file of their own stays as it is.
     */
    public static void asJson() {
        if (OWN.equals(System.getProperty(FILE))
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            JsonLines.write(context); // there, since this class is loaded by commands that log nothing
        }
    }
}
