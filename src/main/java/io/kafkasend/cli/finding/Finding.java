package io.kafkasend.cli.finding;

/**
 * One line of a check. Immutable.
 *
 * @param level how it stands
 * @param check what was looked at, in a word or two
 * @param what what was found
 * @param todo what to do about it; empty where nothing is to be done
 */
public record Finding(Level level, String check, String what, String todo) {
    /** How it stands with what was looked at. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works, or cannot be seen; somebody should look. */
        WARN,
        /** Jobs fail by it. */
        FAIL;

        /** In lower case, as it is shown. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** As it should be. */
    public static Finding ok(String check, String what) {
        return new Finding(Level.OK, check, what, "");
    }

    /** Somebody should look. */
    public static Finding warn(String check, String what, String todo) {
        return new Finding(Level.WARN, check, what, todo);
    }

    /** Jobs fail by it. */
    public static Finding fail(String check, String what, String todo) {
        return new Finding(Level.FAIL, check, what, todo);
    }

    /** What Kafka does not let this user see. */
    public static Finding hidden(String check, String what, String right) {
        return warn(check, "not allowed to see " + what, "grant " + right + " to this user, or ask who has it");
    }
}
