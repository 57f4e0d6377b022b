package io.kafkasend.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a command sees of the process that it runs in. Immutable.
 *
 * @param in standard input
 * @param out standard output: answers, and nothing else
 * @param err standard error, in UTF-8: status, progress, errors
 * @param terminal whether standard output is a terminal, with a person before it
 * @param screen the terminal that standard error is; null where it is none
 * @param environment the environment variables
 */
public record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Terminal screen,
        Map<String, String> environment) {
    public Console {
        environment = Map.copyOf(environment);
        out = out instanceof StandardOutput ? out : new StandardOutput(out);
    }

    /** Those without a terminal at standard error. */
    public Console(
            InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
        this(in, out, err, terminal, null, environment);
    }

    /** Colour for standard output. */
    public Ink ink() {
        return Ink.on(terminal, environment);
    }

    /** One line of failure on standard error. */
    public void complain(String line) {
        complainOf("kafkasend", line);
    }

    /** Likewise, by the name of a command. */
    public void complainOf(String name, String line) {
        err.println(Ink.on(screen != null, environment).red(name + ": " + line));
    }

    /** One line on standard error of what may go wrong. */
    public void warn(String line) {
        err.println(Ink.on(screen != null, environment).yellow("kafkasend: warning: " + line));
    }

    /** One line on standard error; in colour where it tells of a status that is a failure. */
    public void status(int status, String line) {
        Ink ink = Ink.on(screen != null, environment);
        err.println(status >= 500 ? ink.red(line) : status >= 400 ? ink.yellow(line) : line);
    }

    /** Standard output, which knows whether it could be written. */
    public StandardOutput standardOutput() {
        return (StandardOutput) out;
    }

    /** Those of this process. */
    public static Console ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Console(
                System.in,
                new StandardOutput(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminal(Path.of("/proc/self/fd/1")),
                screen(Path.of("/proc/self/fd/2"), environment),
                environment);
    }

    private static Terminal screen(Path standardError, Map<String, String> environment) {
        if (!terminal(standardError)) {
            return null;
        }
        Path device = Files.exists(standardError) ? standardError : Path.of("/dev/tty");
        return new UnixTerminal(device, environment.get("COLUMNS"));
    }

    /**
     * Whether the file is a terminal. Java's console tells it of input and output together only, and from Java 22 on of neither,
     * so it is asked only where the system has no such file.
     */
    public static boolean terminal(Path standardOutput) {
        try {
            String device = Files.readSymbolicLink(standardOutput).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    /** These, with another value of one variable. */
    public Console with(String variable, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(variable, value);
        return new Console(in, out, err, terminal, screen, changed);
    }

    /** Whether somebody can be asked: a person sees what is printed, and types what is read. */
    public boolean canAsk() {
        return terminal && (in != System.in || terminal(Path.of("/proc/self/fd/0")));
    }

    /**
     * Asks, on standard error.
     *
     * @param question without its end
     * @return whether the answer begins with y
     * @throws IOException when standard input cannot be read
     */
    public boolean agreed(String question) throws IOException {
        err.print(question + "? [y/N] ");
        err.flush();
        int answer = in.read();
        for (int rest = answer; rest >= 0 && rest != '\n'; ) {
            rest = in.read(); // the line's end is nobody's input
        }
        return answer == 'y' || answer == 'Y';
    }

    /** A variable's value; null where it is not set or empty. */
    public String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
