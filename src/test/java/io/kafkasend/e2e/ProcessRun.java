package io.kafkasend.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that has ended.
 *
 * @param output what it printed, to both of its outputs
 */
record ProcessRun(int exitCode, String output) {
    private static final long SECONDS = 300;

    /** Runs a class with these libraries. */
    static ProcessRun java(Path directory, String classPath, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath));
        command.addAll(List.of(words));
        return of(directory, environment, command);
    }

    /**
     * Runs a command.
     *
     * @param directory takes its log
     * @param environment what it has beside this process's, of which it gets no settings of portal and clients
     */
    static ProcessRun of(Path directory, Map<String, String> environment, List<String> words)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(directory, "run", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(KAFKA|PORTAL|OAUTH2)_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
        return new ProcessRun(process.exitValue(), Files.readString(log));
    }
}
