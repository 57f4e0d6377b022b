package io.kafkasend.cli.console;

import java.util.Map;

/**
 * Colour on a terminal. Immutable.
 *
 * @param on whether there is any
 */
public record Ink(boolean on) {
    private static final String END = "\u001b[0m";

    /** Colour for a terminal that takes it, unless {@code NO_COLOR} (no-color.org) is set and not empty. */
    static Ink on(boolean terminal, Map<String, String> environment) {
        return new Ink(terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM")));
    }

    /** For what failed. */
    public String red(String text) {
        return painted("31", text);
    }

    /** For what to beware of. */
    public String yellow(String text) {
        return painted("33", text);
    }

    /** For what passed. */
    public String green(String text) {
        return painted("32", text);
    }

    private String painted(String colour, String text) {
        return on ? "\u001b[" + colour + "m" + text + END : text;
    }
}
