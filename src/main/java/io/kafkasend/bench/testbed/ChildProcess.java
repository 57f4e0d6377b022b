package io.kafkasend.bench.testbed;

import io.kafkasend.bench.result.BenchmarkException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that the benchmark started, with a log file. {@link #close} may be called on any thread, the rest on one. */
public final class ChildProcess implements AutoCloseable {
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
    private static final long STOP_SECONDS = 20;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param directory takes its log, NAME.log
     * @param environment variables over this process's, of which those of KafkaSend's settings are left out
     */
    static ChildProcess start(String name, Path directory, List<String> command, Map<String, String> environment)
            throws IOException {
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(KAFKA|PORTAL|OAUTH2|CLIENT|KAFKASEND)_.*"));
        builder.environment().putAll(environment);
        return new ChildProcess(name, builder.start(), log);
    }

    /** The processor time that it has taken so far; zero where the system does not tell. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Waits until a line of its log matches.
     *
     * @throws BenchmarkException when it ends or the time is over before
     */
    public Matcher await(Pattern line, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            boolean ended = process.waitFor(2, TimeUnit.MILLISECONDS);
            Matcher matcher = line.matcher(log());
            if (matcher.find()) {
                return matcher;
            }
            if (ended) {
                throw new BenchmarkException(name + " ended with exit code " + process.exitValue() + lastLine());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BenchmarkException(
                        name + " did not get ready within " + atMost.toSeconds() + " s" + lastLine());
            }
        }
    }

    /**
     * Waits until it has ended well.
     *
     * @throws BenchmarkException when it does not, or not in time
     */
    public void awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            close();
            throw new BenchmarkException(name + " did not end within " + atMost.toSeconds() + " s" + lastLine());
        }
        if (process.exitValue() != 0) {
            throw new BenchmarkException(name + " ended with exit code " + process.exitValue() + lastLine());
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The most memory that it ever had, in bytes; empty where the system does not tell, and once it has ended. */
    public Optional<Long> peakMemory() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
            return peak.find() ? Optional.of(Long.parseLong(peak.group(1)) << 10) : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Ends it, and waits; kills it when it takes too long. A second call does nothing. */
    @Override
    public void close() {
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastLine() {
        return log().lines()
                .reduce((first, second) -> second)
                .map(line -> ": " + line)
                .orElse("");
    }
}
