package io.kafkasend.cli;

import io.kafkasend.ChildJvm;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.StandardOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** A run in a process of its own, whose processes, and theirs, end soon: their JVMs compile once, and from the archive of classes. */
    static CommandRun apart(Path directory, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", null);
        Path err = Files.createTempFile(directory, "err", null);
        List<String> command = ChildJvm.command(List.of(), "io.kafkasend.cli.KafkaSend");
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", ChildJvm.shortLived()));
        Process process = builder.start();
        try {
            int exitCode = process.waitFor();
            CommandRun run = new CommandRun(exitCode, Files.readAllBytes(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return run;
        } finally {
            process.destroy(); // and it ends what it has started
        }
    }

    /** The lines of standard error. */
    long errLines() {
        return err.lines().count();
    }
}
