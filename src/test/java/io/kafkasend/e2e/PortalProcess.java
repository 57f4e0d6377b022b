package io.kafkasend.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A portal in a process of its own, so that it can really be killed. */
final class PortalProcess implements AutoCloseable {
    private final Process process;

    private PortalProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code kafkasend portal}.
     *
     * @param settings environment variables
     */
    static PortalProcess start(Map<String, String> settings) throws IOException {
        File log = new File("target/portal-process.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.kafkasend.cli.KafkaSend",
                        "portal")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().keySet().removeIf(name -> name.matches("(KAFKA|PORTAL|OAUTH2)_.*"));
        builder.environment().putAll(settings);
        return new PortalProcess(builder.start());
    }

    /** SIGKILL: it cannot commit, answer or take its leave. */
    void kill() throws InterruptedException {
        if (!process.destroyForcibly().waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("still alive");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
