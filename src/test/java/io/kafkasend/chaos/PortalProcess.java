package io.kafkasend.chaos;

import io.kafkasend.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A portal in a process of its own, as {@code kafkasend portal} runs it, which takes signals. Thread-safe. */
public final class PortalProcess implements AutoCloseable {
    private static final String[] PORTAL = {"io.kafkasend.cli.KafkaSend", "portal"};

    private final String name;
    private final Process process;
    private final Path log;

    private PortalProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one, without waiting until it is up.
     *
     * @param name for its log's file name
     * @param directory where its log goes
     * @param environment the settings
     */
    public static PortalProcess start(String name, Path directory, Map<String, String> environment) throws IOException {
        List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        return start(name, directory, environment, ChildJvm.command(options, PORTAL));
    }

    /** The same, of the version that this class path is of. */
    static PortalProcess start(String name, Path directory, Map<String, String> environment, String classPath)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath));
        command.addAll(List.of(PORTAL));
        return start(name, directory, environment, command);
    }

    private static PortalProcess start(
            String name, Path directory, Map<String, String> environment, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.matches("(KAFKA|PORTAL|OAUTH2)_.*"));
        builder.environment().put("PORTAL_MANAGEMENT_PORT", "0"); // several run at a time
        builder.environment().put("PORTAL_WARM_UP_SECONDS", "0"); // whoever tests the warm-up asks for it
        builder.environment().putAll(environment);
        return new PortalProcess(name, builder.start(), log);
    }

    /** Waits until its routes are started. */
    public PortalProcess awaitUp() {
        Awaitility.await("portal " + name).atMost(Duration.ofSeconds(60)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("portal " + name + " ended with " + process.exitValue() + ": " + log());
            }
            return isUp();
        });
        return this;
    }

    /** Whether its routes are started. */
    public boolean isUp() {
        return log().contains("the portal is up");
    }

    /** What it said. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Whether it runs, be it stopped. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends it a signal, such as {@code TERM}. */
    public void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it has ended. */
    public int exitCode(Duration within) throws InterruptedException {
        if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("portal " + name + " still runs after " + within + ": " + log());
        }
        return process.exitValue();
    }

    /** SIGKILL: it cannot commit, answer or take its leave. Waits until it is gone. */
    public void kill() throws InterruptedException {
        if (!process.destroyForcibly().waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("portal " + name + " is still alive");
        }
    }

    /** Kills it, if it runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
