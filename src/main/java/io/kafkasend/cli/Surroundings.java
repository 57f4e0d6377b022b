package io.kafkasend.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command sees of the process that it runs in. Immutable.
 *
 * @param in standard input
 * @param out standard output: answers, and nothing else
 * @param err standard error: status, progress, errors
 * @param terminal whether a person sits before it
 * @param environment the environment variables
 */
public record Surroundings(
        InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        boolean terminal = System.console() != null && !"dumb".equals(environment.get("TERM"));
        return new Surroundings(System.in, System.out, System.err, terminal, environment);
    }

    /** A variable's value; null where it is not set or empty. */
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
