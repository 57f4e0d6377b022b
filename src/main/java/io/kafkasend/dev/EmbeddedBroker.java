package io.kafkasend.dev;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this JVM, for development and tests: one node that is broker and controller (KRaft), with the
 * broker's own default limits (a record batch of at most 1,048,588 bytes) and no automatic creation of topics.
 *
 * <p>Kafka logs through SLF4J, a good deal at INFO: set the loggers {@code kafka}, {@code org.apache.kafka} and
 * {@code state.change.logger} to WARN, {@code org.apache.kafka.controller.QuorumController} (one warning for each
 * start) and {@code org.apache.kafka.clients.NetworkClient} (one for each stop) to ERROR. A fault that would make a stand-alone broker halt its process is
 * logged here instead.
 *
 * <p>All methods are thread-safe; {@link #stop}, {@link #restart} and {@link #close} wait for each other.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private static final int NODE_ID = 1;
    private static final String BROKER = "BROKER";
    private static final String CONTROLLER = "CONTROLLER";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(20);

    // Below the range from which systems take the local ports of outgoing connections (32768 and up on Linux, 49152
    // and up elsewhere): while a broker is stopped no client's connection can take its port, nor can a client that
    // keeps trying to reach it end up connected to itself.
    private static final int FREE_PORTS_FROM = 20_000;
    private static final int FREE_PORTS_TO = 32_000;

    /** Settings that follow from the builder's options and from the broker's being a single node. */
    private static final Set<String> OWN_PROPERTIES = Set.of(
            "process.roles",
            "node.id",
            "listeners",
            "advertised.listeners",
            "controller.listener.names",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    private final String bindHost;
    private final String advertisedHost;
    private final Path dataDirectory;
    private final boolean temporary;
    private final Map<String, String> properties;
    private final int port;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();

    /** A further listener: where, and how it is reached. */
    private record Listener(String securityProtocol, int port) {}

    private Node node;
    private boolean closed;

    private EmbeddedBroker(Builder builder) {
        bindHost = builder.bindHost;
        advertisedHost = builder.advertisedHost;
        properties = Map.copyOf(builder.properties);
        temporary = builder.dataDirectory == null;
        ServerSocketChannel socket = builder.port == 0 ? bindFree(bindHost) : bind(bindHost, builder.port);
        port = socket.socket().getLocalPort();
        builder.listeners.forEach((name, protocol) -> listeners.put(name, new Listener(protocol, freePort(bindHost))));
        try {
            dataDirectory = temporary
                    ? Files.createTempDirectory("kafkasend-broker-")
                    : Files.createDirectories(builder.dataDirectory.toAbsolutePath());
        } catch (IOException e) {
            closeQuietly(socket);
            throw new StartException("cannot create the broker's data directory: " + e, e);
        }
        try {
            node = startNode(socket);
        } catch (RuntimeException e) {
            deleteIfTemporary();
            throw e;
        }
    }

    /**
     * Starts a broker on a free port of localhost, its data in a temporary directory.
     *
     * @return the broker, ready for clients
     * @throws StartException if it cannot start
     */
    public static EmbeddedBroker start() {
        return builder().start();
    }

    /**
     * Starts a broker on a port of localhost, its data in a temporary directory.
     *
     * @param port the port, 1 to 65535, or 0 for a free one
     * @return the broker, ready for clients
     * @throws IllegalArgumentException if the port is out of range
     * @throws StartException if the port is taken ("port 9092 is already in use"), or it cannot start
     */
    public static EmbeddedBroker start(int port) {
        return builder().port(port).start();
    }

    /**
     * Starts a broker on a port of localhost, with properties of its own, its data in a temporary directory.
     *
     * @param port the port, 1 to 65535, or 0 for a free one
     * @param properties broker properties by their Kafka names, such as {@code message.max.bytes}
     * @return the broker, ready for clients
     * @throws IllegalArgumentException if the port is out of range, or a property is one that this class sets
     * @throws StartException if the port is taken ("port 9092 is already in use"), or it cannot start
     */
    public static EmbeddedBroker start(int port, Map<String, String> properties) {
        return builder().port(port).properties(properties).start();
    }

    /**
     * Begins the description of a broker.
     *
     * @return a builder with the defaults of {@link #start()}
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Says where clients find the broker. It stays the same over {@link #stop} and {@link #restart}.
     *
     * @return advertised host and port, such as {@code localhost:9092}
     */
    public String bootstrapServers() {
        return advertisedHost + ":" + port;
    }

    /**
     * Says where clients find a further listener; see {@link Builder#listener}.
     *
     * @param listener its name
     * @return advertised host and port, such as {@code localhost:9093}
     */
    public String bootstrapServers(String listener) {
        return advertisedHost + ":" + listeners.get(listener).port();
    }

    /**
     * The broker's port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return port;
    }

    /**
     * Where the broker keeps its data.
     *
     * @return the directory; after {@link #close} it is gone if it was a temporary one
     */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /**
     * Says whether the broker runs.
     *
     * @return false after {@link #stop}, {@link #close}, or a {@link #restart} that failed
     */
    public synchronized boolean isRunning() {
        return node != null;
    }

    /** Stops the broker cleanly and keeps its data. Does nothing if it does not run. */
    public synchronized void stop() {
        if (node != null) {
            Node stopping = node;
            node = null;
            stopping.stop();
        }
    }

    /**
     * Starts the broker again on the same port with the same data; stops it first if it runs.
     *
     * @throws IllegalStateException if the broker has been closed
     * @throws StartException if another process has taken the port meanwhile, or it cannot start
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the broker has been closed");
        }
        stop();
        node = startNode(bind(bindHost, port));
    }

    /**
     * Creates a topic and waits until the broker serves it.
     *
     * @param name the topic's name
     * @param partitions how many partitions, 1 or more
     * @throws KafkaException what the broker answered, such as
     *     {@link org.apache.kafka.common.errors.TopicExistsException}
     */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Creates a topic unless the data directory has it from before, and waits until the broker serves it.
     *
     * @param name the topic's name
     * @param partitions how many partitions a new one has, 1 or more
     * @throws KafkaException what the broker answered
     */
    public void createTopicIfMissing(String name, int partitions) {
        try {
            createTopic(name, partitions);
        } catch (TopicExistsException e) {
            try (Admin admin = Admin.create(adminSettings())) {
                awaitServed(admin, name);
            }
        }
    }

    /**
     * Creates a topic and waits until the broker serves it.
     *
     * @param name the topic's name
     * @param partitions how many partitions, 1 or more
     * @param configs topic settings by their Kafka names, such as {@code max.message.bytes}
     * @throws KafkaException what the broker answered, such as
     *     {@link org.apache.kafka.common.errors.TopicExistsException}
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        try (Admin admin = Admin.create(adminSettings())) {
            NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configs);
            await(admin.createTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture());
            awaitServed(admin, name);
        }
    }

    private Map<String, Object> adminSettings() {
        return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    }

    /** The controller has it; the broker learns of it a moment later. */
    private static void awaitServed(Admin admin, String name) {
        long deadline = System.nanoTime() + ADMIN_TIMEOUT.toNanos();
        while (!isServed(admin, name)) {
            if (System.nanoTime() - deadline > 0) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "topic " + name + " was created, but the broker does not serve it");
            }
        }
    }

    private static boolean isServed(Admin admin, String topic) {
        try {
            return await(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .toCompletionStage()
                            .toCompletableFuture())
                    .get(topic)
                    .partitions()
                    .stream()
                    .allMatch(partition -> partition.leader() != null);
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("the broker did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    /** Stops the broker and removes its data if they were in a temporary directory. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stop();
        } finally {
            deleteIfTemporary();
        }
    }

    private Node startNode(ServerSocketChannel brokerSocket) {
        long begin = System.nanoTime();
        ServerSocketChannel controllerSocket;
        try {
            controllerSocket = bindFree("127.0.0.1");
        } catch (StartException e) {
            closeQuietly(brokerSocket);
            throw e;
        }
        DirectoryLock lock = null;
        Node starting = null;
        try {
            KafkaConfig config =
                    new KafkaConfig(brokerProperties(controllerSocket.socket().getLocalPort()), false);
            lock = DirectoryLock.on(dataDirectory);
            formatIfNew();
            starting = new Node(config, this::socket, brokerSocket, controllerSocket, lock);
            starting.start();
        } catch (Exception e) {
            if (starting != null) {
                starting.stop();
            } else if (lock != null) {
                lock.close();
            }
            closeQuietly(brokerSocket);
            closeQuietly(controllerSocket);
            throw new StartException("the broker cannot start: " + innermostMessage(e), e);
        }
        LOG.debug(
                "Broker started bootstrapServers={} dataDirectory={} millis={}",
                bootstrapServers(),
                dataDirectory,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        return starting;
    }

    private Map<String, String> brokerProperties(int controllerPort) {
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", String.valueOf(NODE_ID));
        all.put(
                "listeners",
                BROKER + "://" + bindHost + ":" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort
                        + further((name, listener) -> name + "://" + bindHost + ":" + listener.port()));
        all.put(
                "advertised.listeners",
                BROKER + "://" + advertisedHost + ":" + port
                        + further((name, listener) -> name + "://" + advertisedHost + ":" + listener.port()));
        all.put(
                "listener.security.protocol.map",
                BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"
                        + further((name, listener) -> name + ":" + listener.securityProtocol()));
        all.put("inter.broker.listener.name", BROKER);
        all.put("controller.listener.names", CONTROLLER);
        all.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        all.put("log.dirs", dataDirectory.toString());

        all.put("auto.create.topics.enable", "false");
        all.put("default.replication.factor", "1");
        all.put("min.insync.replicas", "1");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("group.initial.rebalance.delay.ms", "0");

        all.put("num.network.threads", "2");
        all.put("num.io.threads", "2");
        all.put("background.threads", "2");
        all.put("num.replica.fetchers", "1");
        all.put("num.replica.alter.log.dirs.threads", "1");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.put("group.coordinator.threads", "1");
        all.put("share.coordinator.threads", "1");
        all.put("log.cleaner.threads", "1");
        all.put("log.cleaner.dedupe.buffer.size", "2097152");
        all.put("metric.reporters", "");
        all.putAll(properties);
        return all;
    }

    private String further(BiFunction<String, Listener, String> each) {
        StringBuilder all = new StringBuilder();
        listeners.forEach((name, listener) -> all.append(',').append(each.apply(name, listener)));
        return all.toString();
    }

    private void formatIfNew() throws Exception {
        if (Files.exists(dataDirectory.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(dataDirectory.toString())
                    .addDirectory(dataDirectory.toString())
                    .run();
        }
    }

    private void deleteIfTemporary() {
        if (!temporary) {
            return;
        }
        try (var paths = Files.walk(dataDirectory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("The temporary directory is gone already dataDirectory={}", dataDirectory);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot remove the temporary directory dataDirectory={}", dataDirectory, e);
        }
    }

    private static ServerSocketChannel bindFree(String host) {
        int ports = FREE_PORTS_TO - FREE_PORTS_FROM;
        int first = ThreadLocalRandom.current().nextInt(ports);
        StartException last = null;
        for (int i = 0; i < 100; i++) {
            try {
                return bind(host, FREE_PORTS_FROM + (first + i) % ports);
            } catch (StartException e) {
                last = e;
            }
        }
        throw last;
    }

    private ServerSocketChannel socket(String listener) {
        return bind(bindHost, listeners.get(listener).port());
    }

    private static int freePort(String host) {
        ServerSocketChannel socket = bindFree(host);
        int port = socket.socket().getLocalPort();
        closeQuietly(socket);
        return port;
    }

    private static ServerSocketChannel bind(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve", null);
        }
        ServerSocketChannel socket = null;
        try {
            socket = ServerSocketChannel.open();
            socket.configureBlocking(false);
            socket.bind(address);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            boolean taken =
                    e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
            throw new StartException(
                    taken
                            ? "port " + port + " is already in use"
                            : "cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    e);
        }
    }

    private static void closeQuietly(ServerSocketChannel socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Cannot close a listening socket", e);
            }
        }
    }

    private static String innermostMessage(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
    }

    /** One life of the broker, from start to stop: Kafka's server objects cannot be started twice. */
    private static final class Node {

        private final Metrics metrics = new Metrics();
        private final ControllerServer controller;
        private final BrokerServer broker;
        private final DirectoryLock lock;

        Node(
                KafkaConfig config,
                Function<String, ServerSocketChannel> further,
                ServerSocketChannel brokerSocket,
                ServerSocketChannel controllerSocket,
                DirectoryLock lock) {
            this.lock = lock;
            var directories = KafkaRaftServer.initializeLogDirs(config, LOG, "");
            SharedServer shared = new SharedServer(
                    config,
                    directories._1(),
                    Time.SYSTEM,
                    metrics,
                    CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(
                            config.quorumConfig().voters())),
                    QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
                    (name, fatal, action) -> new LoggingFaultHandler(name, action),
                    (listener, address, backlog, receiveBuffer) -> switch (listener) {
                        case BROKER -> brokerSocket;
                        case CONTROLLER -> controllerSocket;
                        default -> further.apply(listener);
                    });
            controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
            broker = new BrokerServer(shared);
        }

        void start() {
            controller.startup();
            broker.startup();
        }

        void stop() {
            quietly("broker", () -> broker.shutdown(STOP_TIMEOUT));
            quietly("controller", controller::shutdown);
            quietly("metrics", metrics::close);
            lock.close();
        }

        private static void quietly(String part, Runnable shutdown) {
            try {
                shutdown.run();
            } catch (RuntimeException e) {
                LOG.warn("The embedded broker did not stop cleanly part={}", part, e);
            }
        }
    }

    /** Describes a broker before it starts. Not thread-safe. */
    public static final class Builder {

        private int port;
        private String bindHost = "localhost";
        private String advertisedHost = "localhost";
        private Path dataDirectory;
        private final Map<String, String> properties = new HashMap<>();
        private final Map<String, String> listeners = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets the port that clients connect to.
         *
         * @param port 1 to 65535, or 0 (the default) for a free one
         * @return this builder
         * @throws IllegalArgumentException if the port is out of range
         */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Sets the local address to listen on.
         *
         * @param host a name or an address; {@code 0.0.0.0} means all, and wants {@link #advertisedHost}. Default:
         *     localhost
         * @return this builder
         */
        public Builder bindHost(String host) {
            bindHost = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * Sets the name under which clients reach the broker.
         *
         * @param host a name or an address, not {@code 0.0.0.0}. Default: localhost
         * @return this builder
         */
        public Builder advertisedHost(String host) {
            advertisedHost = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * Sets the directory for the broker's data; it is created if need be, never removed, and what an earlier
         * broker left there is served again.
         *
         * @param directory the directory. Default: a temporary one, which {@link EmbeddedBroker#close} removes
         * @return this builder
         */
        public Builder dataDirectory(Path directory) {
            dataDirectory = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Adds a listener on a free port, beside the plain one. What it needs (certificates, mechanisms) is set by
         * {@link #property}, as {@code listener.name.NAME.ssl.client.auth} for one.
         *
         * @param name in capitals, such as {@code SECURE}
         * @param securityProtocol {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}
         * @return this builder
         */
        public Builder listener(String name, String securityProtocol) {
            listeners.put(
                    Objects.requireNonNull(name, "name"), Objects.requireNonNull(securityProtocol, "securityProtocol"));
            return this;
        }

        /**
         * Sets a broker property.
         *
         * @param name its Kafka name, such as {@code message.max.bytes}
         * @param value its value
         * @return this builder
         * @throws IllegalArgumentException if it is a property that this class sets, such as {@code listeners}
         */
        public Builder property(String name, String value) {
            if (OWN_PROPERTIES.contains(name)) {
                throw new IllegalArgumentException(name + " is set by the embedded broker itself");
            }
            properties.put(name, value);
            return this;
        }

        /**
         * Sets several broker properties.
         *
         * @param properties values by their Kafka names
         * @return this builder
         * @throws IllegalArgumentException if one is a property that this class sets, such as {@code listeners}
         */
        public Builder properties(Map<String, String> properties) {
            properties.forEach(this::property);
            return this;
        }

        /**
         * Starts the broker and waits until it is ready for clients.
         *
         * @return the broker
         * @throws StartException if the port is taken ("port 9092 is already in use"), the data directory cannot be
         *     used, or the broker cannot start
         */
        public EmbeddedBroker start() {
            return new EmbeddedBroker(this);
        }
    }
}
