package io.kafkasend.dev;

import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this JVM, for development and tests: one node that is broker and controller (KRaft), with the
 * broker's own default limits (a record batch of at most 1,048,588 bytes) and no automatic creation of topics. Of each
 * partition it keeps 1 GiB and the segments under way, unless {@code log.retention.bytes}, or the topic, says otherwise.
 *
 * <p>Kafka logs through SLF4J, a good deal at INFO: set the loggers {@code kafka}, {@code org.apache.kafka} and
 * {@code state.change.logger} to WARN, {@code org.apache.kafka.controller.QuorumController} (one warning for each
 * start) and {@code org.apache.kafka.clients.NetworkClient} (one for each stop) to ERROR. A fault that would make a stand-alone broker halt its process is
 * logged here instead, but for one: where it can write to its directory no longer, as to a full disk, Kafka ends the process; see
 * {@link #sayWhyTheProcessEnds}.
 *
 * <p>All methods are thread-safe; {@link #stop}, {@link #restart} and {@link #close} wait for each other.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BrokerListeners listeners;
    private final BrokerData data;
    private final BrokerProperties properties;
    private final BrokerTopics topics;

    private KafkaNode node;
    private boolean closed;

    private EmbeddedBroker(Builder builder) {
        Map<String, String> given = Map.copyOf(builder.properties);
        ServerSocketChannel socket = builder.port == 0
                ? ListeningSockets.bindFree(builder.bindHost)
                : ListeningSockets.bind(builder.bindHost, builder.port);
        listeners = BrokerListeners.of(
                builder.bindHost,
                builder.advertisedHost,
                socket.socket().getLocalPort(),
                builder.listeners,
                builder.proxies);
        try {
            data = BrokerData.in(builder.dataDirectory);
        } catch (StartException e) {
            ListeningSockets.closeQuietly(socket);
            throw e;
        }
        properties = new BrokerProperties(listeners, data.path(), given);
        topics = new BrokerTopics(bootstrapServers());
        try {
            node = startNode(socket);
        } catch (RuntimeException e) {
            data.deleteIfTemporary();
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
        return listeners.bootstrapServers();
    }

    /**
     * Says where clients find a further listener; see {@link Builder#listener}.
     *
     * @param listener its name
     * @return advertised host and port, such as {@code localhost:9093}
     */
    public String bootstrapServers(String listener) {
        return listeners.bootstrapServers(listener);
    }

    /**
     * The broker's port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return listeners.port();
    }

    /** The port that a further listener has itself, whatever clients are told; see {@link Builder#proxied}. */
    public int port(String listener) {
        return listeners.further().get(listener).port();
    }

    /**
     * Where the broker keeps its data.
     *
     * @return the directory; after {@link #close} it is gone if it was a temporary one
     */
    public Path dataDirectory() {
        return data.path();
    }

    /**
     * Says whether the broker runs.
     *
     * @return false after {@link #stop}, {@link #close}, or a {@link #restart} that failed
     */
    public synchronized boolean isRunning() {
        return node != null;
    }

    /**
     * From now on, when Kafka ends this process since the broker's disk is full or fails, says so before. For a whole process,
     * of whose brokers the last that was told so counts.
     *
     * @param say takes the line, on a thread of Kafka's
     */
    public void sayWhyTheProcessEnds(Consumer<String> say) {
        new DiskFailure(data).sayWhyTheProcessEnds(say);
    }

    /** Stops the broker cleanly and keeps its data. Does nothing if it does not run. */
    public synchronized void stop() {
        if (node != null) {
            KafkaNode stopping = node;
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
        node = startNode(ListeningSockets.bind(listeners.bindHost(), listeners.port()));
    }

    /** Creates a topic with the broker's own settings; see {@link #createTopic(String, int, Map)}. */
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
            topics.awaitServed(name);
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
        topics.create(name, partitions, configs);
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
            data.deleteIfTemporary();
        }
    }

    private KafkaNode startNode(ServerSocketChannel brokerSocket) {
        long begin = System.nanoTime();
        ServerSocketChannel controllerSocket;
        try {
            controllerSocket = ListeningSockets.bindFree("127.0.0.1");
        } catch (StartException e) {
            ListeningSockets.closeQuietly(brokerSocket);
            throw e;
        }
        DirectoryLock lock = null;
        KafkaNode starting = null;
        try {
            KafkaConfig config =
                    new KafkaConfig(properties.all(controllerSocket.socket().getLocalPort()), false);
            lock = DirectoryLock.on(data.path());
            data.formatIfNew();
            starting = new KafkaNode(config, listeners, brokerSocket, controllerSocket, lock);
            starting.start();
        } catch (Exception | InternalError e) { // Java's error where a mapped file has no room on its disk
            if (starting != null) {
                starting.stop();
            } else if (lock != null) {
                lock.close();
            }
            ListeningSockets.closeQuietly(brokerSocket);
            ListeningSockets.closeQuietly(controllerSocket);
            String cause = new DiskFailure(data).noRoom().orElseGet(() -> innermostMessage(e));
            throw new StartException("the broker cannot start: " + cause, e);
        }
        LOG.debug(
                "Broker started bootstrapServers={} dataDirectory={} millis={}",
                bootstrapServers(),
                data.path(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        return starting;
    }

    private static String innermostMessage(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
    }

    /** Describes a broker before it starts. Not thread-safe. */
    public static final class Builder {

        private int port;
        private String bindHost = "localhost";
        private String advertisedHost = "localhost";
        private Path dataDirectory;
        private final Map<String, String> properties = new HashMap<>();
        private final Map<String, String> listeners = new LinkedHashMap<>();
        private final Map<String, Integer> proxies = new HashMap<>();

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

        /** Adds a plain listener that clients reach by a proxy, which listens on this port of the advertised host. */
        public Builder proxied(String name, int proxyPort) {
            proxies.put(name, proxyPort);
            return listener(name, "PLAINTEXT");
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
            BrokerProperties.checkMayBeSet(name);
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
