package io.kafkasend.chaos;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * A broker of a released version of Kafka, of its own jars and in a process of its own; before 3.0 with ZooKeeper in another. For one
 * thread.
 */
final class ReleasedBroker implements AutoCloseable {
    private static final Path JARS = Path.of("target/brokers").toAbsolutePath();

    private final String version;
    private final Path directory;
    private final boolean zooKeeper;
    private final int[] ports = freePorts();
    private final List<Process> others = new ArrayList<>();
    private Process broker;

    private ReleasedBroker(String version, Path directory) throws IOException {
        this.version = version;
        this.directory = directory;
        this.zooKeeper = version.startsWith("2.");
    }

    static ReleasedBroker start(String version, Path directory) throws Exception {
        ReleasedBroker started = new ReleasedBroker(version, directory);
        try {
            started.fetch();
            started.prepare();
            started.start();
            return started;
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
    }

    /** Below the ports of outgoing connections, which might take one while its process is down. */
    private static int[] freePorts() throws IOException {
        int[] free = new int[2];
        List<ServerSocket> sockets = new ArrayList<>();
        for (int port = 20_000 + (int) (System.nanoTime() % 10_000), found = 0; found < free.length; port++) {
            try {
                sockets.add(new ServerSocket(port));
                free[found++] = port;
            } catch (IOException e) {
                // taken
            }
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return free;
    }

    /** Its jars, from Maven Central; kept for the next run. */
    private void fetch() throws IOException, InterruptedException {
        if (Files.exists(jars().resolve("kafka_2.13-" + version + ".jar"))) {
            return;
        }
        Process maven = process(
                "maven",
                List.of(
                        Path.of("mvnw").toAbsolutePath().toString(),
                        "-B",
                        "-q",
                        "-ntp",
                        "-f",
                        "src/brokers/pom.xml",
                        "package",
                        "-Dbroker.version=" + version,
                        "-Dbroker.directory=" + jars()));
        if (!maven.waitFor(5, TimeUnit.MINUTES) || maven.exitValue() != 0) {
            throw new AssertionError("Kafka " + version + " cannot be fetched: " + log("maven"));
        }
    }

    private Path jars() {
        return JARS.resolve(version);
    }

    private void prepare() throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "log.dirs", directory.resolve("data").toString(),
                "offsets.topic.num.partitions", "1",
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "auto.create.topics.enable", "false"));
        if (zooKeeper) {
            properties.putAll(Map.of(
                    "broker.id",
                    "1",
                    "listeners",
                    "PLAINTEXT://localhost:" + ports[0],
                    "zookeeper.connect",
                    "localhost:" + ports[1],
                    // A broker that was killed has a session for as long, and cannot come back before.
                    "zookeeper.session.timeout.ms",
                    "6000"));
            others.add(java(
                    "zookeeper",
                    "org.apache.zookeeper.server.ZooKeeperServerMain",
                    Integer.toString(ports[1]),
                    directory.resolve("zookeeper").toString()));
        } else {
            properties.putAll(Map.of(
                    "process.roles",
                    "broker,controller",
                    "node.id",
                    "1",
                    "listeners",
                    "PLAINTEXT://localhost:" + ports[0] + ",CONTROLLER://localhost:" + ports[1],
                    "advertised.listeners",
                    "PLAINTEXT://localhost:" + ports[0],
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "controller.listener.names",
                    "CONTROLLER",
                    "controller.quorum.voters",
                    "1@localhost:" + ports[1]));
        }
        try (var out = Files.newOutputStream(settings())) {
            properties.store(out, null);
        }
        if (!zooKeeper) {
            Process format = java(
                    "format",
                    "kafka.tools.StorageTool",
                    "format",
                    "-t",
                    Uuid.randomUuid().toString(),
                    "-c",
                    settings().toString());
            if (!format.waitFor(1, TimeUnit.MINUTES) || format.exitValue() != 0) {
                throw new AssertionError("Kafka " + version + " makes no storage: " + log("format"));
            }
        }
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    /** Starts the broker, which does not run, and waits until it answers. */
    void start() throws IOException {
        broker = java("broker", "kafka.Kafka", settings().toString());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            Awaitility.await("Kafka " + version)
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(() -> {
                        if (!broker.isAlive() && !zooKeeper) {
                            throw new AssertionError("Kafka " + version + " ended: " + log("broker"));
                        }
                        if (!broker.isAlive()) { // as long as ZooKeeper holds its earlier self for alive
                            broker = java("broker", "kafka.Kafka", settings().toString());
                        }
                        return admin.describeCluster()
                                        .nodes()
                                        .get(5, TimeUnit.SECONDS)
                                        .size()
                                == 1;
                    });
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        broker.destroyForcibly().waitFor();
    }

    /** Where clients find it. */
    String bootstrapServers() {
        return "localhost:" + ports[0];
    }

    private Process java(String name, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Log4j, which it would look at, is not among the jars.
                "-Dzookeeper.jmx.log4j.disable=true",
                "-cp",
                jars() + "/*"));
        command.addAll(List.of(words));
        return process(name, command);
    }

    private Process process(String name, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()))
                .start();
    }

    private String log(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"));
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.destroyForcibly();
        }
        others.forEach(Process::destroyForcibly);
    }
}
