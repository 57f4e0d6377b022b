package io.kafkasend.bench.testbed;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.SkippedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process that the benchmark started, with a log file. {@link #close} may be called on any thread, the rest on one. */
public final class ChildProcess implements AutoCloseable {
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");
    private static final Path SHELL = Path.of("/bin/sh");
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
        ProcessBuilder builder = new ProcessBuilder(deafToCtrlC(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(KAFKA|PORTAL|GATEWAY|OAUTH2|CLIENT|KAFKASEND)_.*"));
        builder.environment().putAll(environment);
        return new ChildProcess(name, builder.start(), log);
    }

    /** A terminal's Ctrl-C goes to all processes at once; these end when whoever started them says so, and not before. */
    private static List<String> deafToCtrlC(List<String> command) {
        if (!Files.isExecutable(SHELL)) {
            return command;
        }
        List<String> deaf = new ArrayList<>(List.of(SHELL.toString(), "-c", "trap '' INT; exec \"$@\"", "sh"));
        deaf.addAll(command);
        return deaf;
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

    /** How many threads it has now; empty where the system does not tell, and once it has ended. */
    public OptionalLong threads() {
        return children("task");
    }

    /** How many files it has open now, sockets among them; empty likewise. */
    public OptionalLong openFiles() {
        return children("fd");
    }

    private OptionalLong children(String directory) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid() + "/" + directory))) {
            return OptionalLong.of(entries.count());
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * What lives on its heap now, in bytes, by a full collection.
     *
     * @throws SkippedException where this Java has no jcmd
     * @throws BenchmarkException when it shows nothing, as of a process that has ended
     */
    public long liveHeap() throws IOException, SkippedException {
        Process jcmd;
        try {
            jcmd = new ProcessBuilder(JavaCommand.tool("jcmd"), String.valueOf(pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new SkippedException(
                    "the heap is measured by jcmd, which this Java does not have: " + e.getMessage());
        }
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new BenchmarkException("jcmd shows no histogram of the heap of " + name + ": "
                    + histogram.lines().findFirst().orElse("nothing"));
        }
        return Long.parseLong(total.group(1));
    }

    /** Its name, that of its log. */
    public String name() {
        return name;
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
