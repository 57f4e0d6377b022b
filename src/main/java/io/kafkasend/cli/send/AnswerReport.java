package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.TerminalText;
import io.kafkasend.cli.output.Attempted;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.security.Printable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/** Where an answer's body goes, and what is said of it, as its options have it. Used once. */
final class AnswerReport {
    /** An answer that is printed as text or JSON is in memory as bytes, as a string, as JSON and as JSON's bytes. */
    private static final int SHARE_OF_HEAP = 12;

    private static final int SHOWN = 300;

    private final Console surroundings;
    private final AnswerOptions options;
    private final Attempted attempted;
    private final Supplier<JsonReport> json;

    /**
     * @param json what is printed as JSON
     */
    AnswerReport(Console surroundings, AnswerOptions options, Attempted attempted, Supplier<JsonReport> json) {
        this.surroundings = surroundings;
        this.options = options;
        this.attempted = attempted;
        this.json = json;
    }

    /** The most bytes of an answer in memory. */
    static long mostInMemory() {
        return Math.min(256L << 20, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Where the body goes: in memory where it is looked at before it is shown; else straight on, of whatever size. */
    AnswerTarget target(int timeoutSeconds) {
        if (options.file() != null) {
            return new OutputFile(options.file(), timeoutSeconds).open();
        }
        return straight() ? AnswerTarget.stream(surroundings.standardOutput().raw()) : AnswerTarget.memory();
    }

    /** Has the head shown when it comes, where the body follows it straight on. */
    void showHead() {
        if (options.include && straight()) {
            attempted.toldTo(new ShownHead(surroundings.out()));
        }
    }

    /** Whether the body goes on to standard output as it comes. */
    private boolean straight() {
        return !options.json && options.file() == null && !shown();
    }

    /** Whether progress would stand in the midst of the body, which goes to the same terminal as it comes. */
    boolean besideBody() {
        return surroundings.screen() != null
                && (straight() ? surroundings.terminal() : OutputFile.isTerminal(options.file()));
    }

    /** Whether a person is to see the body. */
    boolean shown() {
        return !options.json && options.file() == null && surroundings.terminal() && !options.toStandardOutput();
    }

    /** Says what came; an {@link ExitCode}. */
    int report(Answer answer) {
        Path file = options.file();
        int code = options.fail && answer.status() >= 400 ? ExitCode.API_ERROR : ExitCode.ANSWERED;
        if (options.include && !options.json && !straight()) {
            new ShownHead(surroundings.out()).print(answer);
        }
        if (options.json) {
            json.get().answered(answer, file, code);
        } else if (shown()) {
            if (!TerminalText.is(answer)) {
                surroundings.complain(BinaryOnTerminal.keep(answer));
                return ExitCode.FAILED;
            }
            print(answer);
        }
        if (!options.quiet) {
            tellOfDropped(answer);
            surroundings.status(
                    answer.status(),
                    String.format(
                            Locale.ROOT,
                            "%d after %.1f s, %s%s",
                            answer.status(),
                            attempted.seconds(),
                            Bytes.of(answer.size()),
                            into(file)));
        }
        return code;
    }

    private void tellOfDropped(Answer answer) {
        if (!answer.droppedHeaders().isEmpty()) {
            surroundings
                    .err()
                    .println("the portal did not pass on: "
                            + Printable.of(String.join(", ", answer.droppedHeaders()), SHOWN)
                            + " (its PORTAL_ALLOWED_HEADERS says what passes)");
        }
    }

    private void print(Answer answer) {
        String text = Printable.lines(answer.text());
        surroundings.out().print(text);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            surroundings.out().println(); // or the prompt would stand in the answer's last line
        }
        surroundings.out().flush();
    }

    private static String into(Path file) {
        return file == null ? "" : " in " + file;
    }
}
