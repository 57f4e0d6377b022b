package io.kafkasend.chaos;

import io.kafkasend.ChildJvm;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.awaitility.Awaitility;

/** Three Kafka nodes, brokers and controllers both, each a process of its own that can be killed. Not thread-safe. */
final class BrokerCluster implements AutoCloseable {
    private static final int NODES = 3;

    private final Path directory;
    private final int[] ports;
    private final Process[] nodes = new Process[NODES];

    BrokerCluster(Path directory) throws Exception {
        this.directory = directory;
        this.ports = freePorts(2 * NODES);
        String cluster = Uuid.randomUuid().toString();
        for (int node = 0; node < NODES; node++) {
            prepare(node, cluster);
            start(node);
        }
        awaitWhole();
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        int[] free = new int[count];
        // Below the ports of outgoing connections, which might take one while its node is down.
        for (int port = 20_000 + (int) (System.nanoTime() % 10_000), found = 0; found < count; port++) {
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

    private void prepare(int node, String cluster) throws Exception {
        Path data = directory.resolve("node" + node);
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(node),
                "listeners",
                "BROKER://localhost:" + ports[node] + ",CONTROLLER://localhost:" + ports[NODES + node],
                "advertised.listeners",
                "BROKER://localhost:" + ports[node],
                "listener.security.protocol.map",
                "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name",
                "BROKER",
                "controller.listener.names",
                "CONTROLLER",
                "controller.quorum.voters",
                IntStream.range(0, NODES)
                        .mapToObj(it -> it + "@localhost:" + ports[NODES + it])
                        .collect(Collectors.joining(",")),
                "log.dirs",
                data.toString(),
                "min.insync.replicas",
                "2"));
        properties.putAll(Map.of(
                "offsets.topic.num.partitions", "1",
                "offsets.topic.replication.factor", "3",
                "transaction.state.log.num.partitions", "1",
                "transaction.state.log.replication.factor", "3",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "broker.session.timeout.ms", "4000",
                "broker.heartbeat.interval.ms", "1000",
                "metric.reporters", "",
                "log.cleaner.dedupe.buffer.size", "2097152"));
        try (var out = Files.newOutputStream(directory.resolve("node" + node + ".properties"))) {
            properties.store(out, null);
        }
        Formatter formatter = new Formatter();
        formatter
                .setClusterId(cluster)
                .setNodeId(node)
                .addDirectory(data.toString())
                .setMetadataLogDirectory(data.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setHasDynamicQuorum(false)
                .setPrintStream(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
        formatter.run();
    }

    /** Starts a node that does not run. */
    void start(int node) throws IOException {
        nodes[node] = new ProcessBuilder(ChildJvm.command(
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        "kafka.Kafka",
                        directory.resolve("node" + node + ".properties").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("node" + node + ".log").toFile()))
                .start();
    }

    /** Where clients find it. */
    String bootstrapServers() {
        return IntStream.range(0, NODES)
                .mapToObj(node -> "localhost:" + ports[node])
                .collect(Collectors.joining(","));
    }

    /** Waits until all nodes are there and every partition has all its replicas. */
    void awaitWhole() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            Awaitility.await("three brokers in step")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster()
                                            .nodes()
                                            .get(5, TimeUnit.SECONDS)
                                            .size()
                                    == NODES
                            && partitions(admin).stream()
                                    .allMatch(it ->
                                            it.isr().size() == it.replicas().size()));
        }
    }

    private static List<TopicPartitionInfo> partitions(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .toList();
    }

    void createTopic(String name, int partitions) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) NODES)))
                    .all()
                    .get();
        }
        awaitWhole();
    }

    /** Stops a node in good order and starts it again. */
    void restart(int node) throws IOException, InterruptedException {
        nodes[node].destroy();
        if (!nodes[node].waitFor(20, TimeUnit.SECONDS)) {
            nodes[node].destroyForcibly().waitFor();
        }
        start(node);
    }

    /** Kills the node that leads a topic's first partition; gives which. */
    int killLeader(String topic) throws ExecutionException, InterruptedException {
        int leader;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            leader = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .get(0)
                    .leader()
                    .id();
        }
        nodes[leader].destroyForcibly().waitFor();
        return leader;
    }

    @Override
    public void close() {
        for (Process node : nodes) {
            if (node != null) {
                node.destroyForcibly();
            }
        }
    }
}
