package io.kafkasend.e2e;

import com.sun.tools.attach.VirtualMachine;
import io.kafkasend.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.awaitility.Awaitility;

/** A {@code kafkasend} command in a JVM of its own, with a heap of its own. */
final class CommandProcess implements AutoCloseable {
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");

    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1");

    private final Process process;
    private final Path out;
    private final Path log;

    private CommandProcess(Process process, Path out, Path log) {
        this.process = process;
        this.out = out;
        this.log = log;
    }

    /**
     * @param directory takes what the command writes
     * @param heap as in {@code -Xmx}
     */
    static CommandProcess start(Path directory, String heap, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(directory, List.of(), SHORT_LIVED, heap, environment, arguments);
    }

    /** The same with all of the JVM's compilers, as it is started where much is to be done. */
    static CommandProcess startCompiled(
            Path directory, String heap, Map<String, String> environment, String... arguments) throws IOException {
        return start(directory, List.of(), List.of(), heap, environment, arguments);
    }

    /** The same, with files of at most so many KiB: a disk that is full, as far as the command can tell. */
    static CommandProcess startOnSmallDisk(
            Path directory, int kibibytes, String heap, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> limit = List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "bash");
        return start(directory, limit, SHORT_LIVED, heap, environment, arguments);
    }

    private static CommandProcess start(
            Path directory,
            List<String> prefix,
            List<String> options,
            String heap,
            Map<String, String> environment,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(ChildJvm.command(all, "io.kafkasend.cli.KafkaSend"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, arguments[0], ".out");
        Path log = Files.createTempFile(directory, arguments[0], ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(log.toFile());
        builder.environment().putAll(environment);
        return new CommandProcess(builder.start(), out, log);
    }

    private static String java(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Waits until the command has logged this. */
    void awaitLog(String text) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("it ended: " + log());
            }
            return log().contains(text);
        });
    }

    /** Waits for the command's end; its exit code. */
    int awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running: " + log());
        }
        return process.exitValue();
    }

    /** Sends it a signal, such as {@code STOP}. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    String out() {
        return read(out);
    }

    String log() {
        return read(log);
    }

    /** Whether it runs, and all that it wrote: what a failed test shows. */
    String told() {
        String state = process.isAlive() ? "runs" : "ended with " + process.exitValue();
        return "process " + process.pid() + " " + state + System.lineSeparator() + out() + log();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean running() {
        return process.isAlive();
    }

    /** Every attribute that JMX shows of the process, as {@code bean attribute=value}. */
    List<String> jmxAttributes() throws Exception {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
        List<String> attributes = new ArrayList<>();
        try (JMXConnector connector =
                JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            for (ObjectName bean : beans.queryNames(null, null)) {
                for (MBeanAttributeInfo attribute : attributes(beans, bean)) {
                    attributes.add(bean + " " + attribute.getName() + "=" + value(beans, bean, attribute));
                }
            }
        } finally {
            machine.detach();
        }
        return attributes;
    }

    private static MBeanAttributeInfo[] attributes(MBeanServerConnection beans, ObjectName bean)
            throws JMException, IOException {
        try {
            return beans.getMBeanInfo(bean).getAttributes();
        } catch (InstanceNotFoundException e) {
            return new MBeanAttributeInfo[0]; // gone since its name was asked for, as a consumer that was closed
        }
    }

    private static String value(MBeanServerConnection beans, ObjectName bean, MBeanAttributeInfo attribute)
            throws IOException {
        try {
            Object value = beans.getAttribute(bean, attribute.getName());
            return value instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(value);
        } catch (JMException | RuntimeException e) {
            return "unreadable"; // not every platform has every attribute
        }
    }

    /** The most memory that it ever had, in bytes, as Linux tells it. */
    long peakMemory() {
        Matcher peak = PEAK.matcher(read(Path.of("/proc/" + process.pid() + "/status")));
        if (!peak.find()) {
            throw new AssertionError("no VmHWM of " + process.pid());
        }
        return Long.parseLong(peak.group(1)) << 10;
    }

    /** Bytes of live objects, after a full collection. */
    long liveHeap() throws IOException {
        Process jcmd = new ProcessBuilder(java("jcmd"), String.valueOf(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("no histogram: " + histogram);
        }
        return Long.parseLong(total.group(1));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
