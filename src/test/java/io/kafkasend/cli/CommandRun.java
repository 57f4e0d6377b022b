package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.StandardOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A run of the command line within the test's process. */
public record CommandRun(int exitCode, byte[] outBytes, String err) {
    static CommandRun of(String... arguments) {
        return with(Map.of(), false, "", arguments);
    }

    public static CommandRun with(Map<String, String> environment, boolean terminal, String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console surroundings = new Console(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                environment);
        int exitCode = KafkaSend.commandLine(surroundings).execute(arguments);
        return new CommandRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** A run before a terminal of 80 columns, to which both outputs go. */
    static CommandRun onScreen(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console surroundings = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                true,
                () -> 80,
                environment);
        int exitCode = KafkaSend.commandLine(surroundings).execute(arguments);
        return new CommandRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** A run whose standard output goes elsewhere. */
    static CommandRun onto(OutputStream out, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console surroundings = new Console(
                InputStream.nullInputStream(),
                new StandardOutput(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                Map.of());
        int exitCode = KafkaSend.commandLine(surroundings).execute(arguments);
        return new CommandRun(exitCode, new byte[0], err.toString(StandardCharsets.UTF_8));
    }

    public String out() {
        return new String(outBytes, StandardCharsets.UTF_8);
    }

    /** The lines of standard error. */
    long errLines() {
        return err.lines().count();
    }
}
