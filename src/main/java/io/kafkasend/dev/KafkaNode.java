package io.kafkasend.dev;

import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the embedded broker, from start to stop: Kafka's server objects cannot be started twice. Not thread-safe.
 */
final class KafkaNode {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final Metrics metrics = new Metrics();
    private final ControllerServer controller;
    private final BrokerServer broker;
    private final DirectoryLock lock;

    /**
     * A node that is not started yet.
     *
     * @param listeners gives it the sockets of further listeners
     * @param brokerSocket listens for the plain listener
     * @param controllerSocket listens for the controller
     * @param lock on its data, which ends with it
     */
    KafkaNode(
            KafkaConfig config,
            BrokerListeners listeners,
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
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
                (name, fatal, action) -> new LoggingFaultHandler(name, action),
                (listener, address, backlog, receiveBuffer) -> switch (listener) {
                    case BrokerListeners.BROKER -> brokerSocket;
                    case BrokerListeners.CONTROLLER -> controllerSocket;
                    default -> listeners.socket(listener);
                });
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
        broker = new BrokerServer(shared);
    }

    /** Starts it, and waits until clients are served. */
    void start() {
        controller.startup();
        broker.startup();
    }

    /** Stops it cleanly, each part in its time. */
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
