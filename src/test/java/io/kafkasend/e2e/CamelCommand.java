package io.kafkasend.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The {@code camel} command (Camel JBang) in a process of its own, on its own jars: see src/jbang. */
final class CamelCommand implements AutoCloseable {
    private static final Path JARS = Path.of("target/jbang-lib");
    private static final Path CLASSES = Path.of("target/jbang-classes");
    private static final Path MAIN = Path.of("src/jbang/Camel.java");
    private static final long SECONDS_TO_END = 60;

    private final Process process;
    private final Path log;

    private CamelCommand(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the command.
     *
     * @param directory where it runs
     * @param log where all that it prints goes
     * @param arguments what follows {@code camel} on the command line
     */
    static CamelCommand start(Path directory, Path log, List<String> arguments) throws IOException {
        if (!Files.isDirectory(JARS)) {
            throw new AssertionError(JARS + " is missing; the build's phase pre-integration-test makes it");
        }
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JARS.toAbsolutePath() + "/*" + File.pathSeparator + compiled().toAbsolutePath(),
                "Camel"));
        words.addAll(arguments);
        return run(directory, log, words);
    }

    /** The command's class, compiled once: Java would compile the source anew at each start. */
    private static Path compiled() throws IOException {
        if (!Files.exists(CLASSES.resolve("Camel.class"))) {
            Files.createDirectories(CLASSES);
            String jars;
            try (Stream<Path> files = Files.list(JARS)) {
                jars = files.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            }
            int result = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, null, "-proc:none", "-cp", jars, "-d", CLASSES.toString(), MAIN.toString());
            if (result != 0) {
                throw new AssertionError("javac gave " + result + " for " + MAIN);
            }
        }
        return CLASSES;
    }

    /** Starts any command: what was exported is built and run by others. */
    static CamelCommand run(Path directory, Path log, List<String> words) throws IOException {
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(KAFKA|PORTAL|OAUTH2)_.*"));
        return new CamelCommand(builder.start(), log);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** All that it has printed so far. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks it to end, as a container's runtime does; true when it did in time. */
    boolean end() throws InterruptedException {
        process.destroy();
        return process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
