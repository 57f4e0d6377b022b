package io.kafkasend.cli.console;

import io.kafkasend.client.ClientException;
import io.kafkasend.portal.lifecycle.FailStop;

/** What the commands' exit codes mean. docs/use/cli.md, "Exit codes", has them in a table. */
public final class ExitCode {
    /** The request was answered, whatever the status; or handed over, without waiting. */
    public static final int ANSWERED = 0;

    /** There is no answer: the portal reported an error, Kafka cannot be reached, the answer is corrupt. */
    public static final int FAILED = 1;

    /** The command line, a setting or a file named there is no good. */
    public static final int USAGE = 2;

    /** The API answered with a status of 400 or more, and {@code --fail} was given. */
    public static final int API_ERROR = 3;

    /** No answer in time. */
    public static final int TIMED_OUT = 4;

    /** There is no such job in the topics. */
    public static final int NOT_FOUND = 5;

    /** Ctrl-C; the JVM's own. */
    public static final int INTERRUPTED = 130;

    /** A portal that could not go on, and ended itself. */
    public static final int PORTAL_ENDED = FailStop.EXIT_CODE;

    private ExitCode() {}

    /** That of a failure. */
    public static int of(ClientException.Kind kind) {
        return switch (kind) {
            case SETTINGS -> USAGE;
            case TIMED_OUT -> TIMED_OUT;
            default -> FAILED;
        };
    }
}
