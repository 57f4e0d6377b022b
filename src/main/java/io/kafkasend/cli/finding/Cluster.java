package io.kafkasend.cli.finding;

import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/** A Kafka cluster, as its answers to one user tell it. Thread-safe. */
public final class Cluster implements AutoCloseable {
    private static final Duration UNWISE_SKEW = Duration.ofSeconds(5);

    /** From here on jobs with a time of their own, and then signatures, are refused. */
    private static final Duration HARMFUL_SKEW = Duration.ofSeconds(20);

    /** What took no connection within this time will not take one soon. */
    private static final Duration CONNECTING = Duration.ofSeconds(1);

    private final String servers;
    private final Map<String, Object> properties;
    private final Duration patience;
    private Admin admin;

    /**
     * @param properties how it is reached, by Kafka's names, bootstrap.servers among them
     * @param patience how long it may take for each answer
     */
    public Cluster(Map<String, ?> properties, Duration patience) {
        this.servers = String.valueOf(properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        this.properties = new HashMap<>(properties);
        this.properties.keySet().retainAll(AdminClientConfig.configNames());
        this.properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.properties.put(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, patience.toMillis());
        this.patience = patience;
    }

    /** Whether a broker answers, and takes this user. */
    public Finding broker() throws InterruptedException {
        String check = "broker";
        long begin = System.nanoTime();
        try {
            DescribeClusterResult cluster = admin().describeCluster();
            int nodes = await(cluster.nodes()).size();
            String id = await(cluster.clusterId());
            long millis = (System.nanoTime() - begin) / 1_000_000;
            return Finding.ok(
                    check,
                    servers + " answers in " + millis + " ms: cluster " + id + ", " + nodes
                            + (nodes == 1 ? " broker" : " brokers") + ", as " + user());
        } catch (ExecutionException | KafkaException e) {
            return away(check, e);
        }
    }

    private String user() {
        String protocol = String.valueOf(properties.getOrDefault("security.protocol", "PLAINTEXT"));
        Object mechanism = properties.get("sasl.mechanism");
        return protocol.contains("SASL") ? "the user of " + protocol + " " + mechanism : "anybody, by " + protocol;
    }

    private Finding away(String check, Exception thrown) {
        Throwable failure = thrown instanceof ExecutionException ? thrown.getCause() : thrown;
        if (Refusal.in(failure).isPresent()) {
            return Finding.fail(
                    check,
                    "no way into Kafka at " + servers + ": "
                            + Refusal.in(failure).get().reason(),
                    "docs/operate/kafka-security.md has the settings");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException
                    && String.valueOf(cause.getMessage()).contains("bootstrap")) {
                return Finding.fail(
                        check,
                        "the host of " + servers + " is unknown",
                        "correct KAFKA_BOOTSTRAP_SERVERS, or the name service");
            }
        }
        if (failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException) {
            return Finding.fail(
                    check,
                    "no answer from Kafka at " + servers + " within " + patience.toSeconds() + " s: "
                            + new Servers(servers).told(CONNECTING),
                    "check KAFKA_BOOTSTRAP_SERVERS, that the broker runs, its advertised listeners, and whether it wants"
                            + " TLS or SASL");
        }
        return Finding.fail(check, Refusal.orShown(failure), "");
    }

    /**
     * How the controller's clock stands to this machine's.
     *
     * @param hiddenToo whether it is a finding, too, that this user may not see it
     * @return null where nothing is to be told
     */
    public Finding clock(boolean hiddenToo) throws InterruptedException {
        String check = "clock";
        try {
            // Asked without the right, the controller would log an error.
            Set<AclOperation> may =
                    await(admin().describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                            .authorizedOperations());
            if (may != null && !may.contains(AclOperation.DESCRIBE) && !may.contains(AclOperation.ALL)) {
                return hiddenToo ? Finding.hidden(check, "Kafka's clock", "Describe on the cluster") : null;
            }
            long before = System.currentTimeMillis();
            QuorumInfo quorum = await(admin().describeMetadataQuorum().quorumInfo());
            long after = System.currentTimeMillis();
            OptionalLong there = quorum.voters().stream()
                    .filter(voter -> voter.replicaId() == quorum.leaderId())
                    .map(QuorumInfo.ReplicaState::lastFetchTimestamp)
                    .findFirst()
                    .orElse(OptionalLong.empty());
            if (there.isEmpty() || there.getAsLong() <= 0) {
                return null;
            }
            return skew(Duration.ofMillis(there.getAsLong() - before - (after - before) / 2));
        } catch (ExecutionException | KafkaException e) {
            return null; // a broker that does not tell
        }
    }

    static Finding skew(Duration ahead) {
        Duration size = ahead.abs();
        if (size.compareTo(UNWISE_SKEW) <= 0) {
            return Finding.ok("clock", "within " + Math.max(1, size.toSeconds() + 1) + " s of Kafka's");
        }
        String what = "Kafka's controller is " + size.toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                + " this machine";
        String todo =
                "synchronise the clocks (NTP): by 20 s requests with a timeout end early, by 30 s signatures fail";
        return size.compareTo(HARMFUL_SKEW) < 0 ? Finding.warn("clock", what, todo) : Finding.fail("clock", what, todo);
    }

    /** One of Kafka's answers, waited for no longer than it may take. */
    public <T> T await(KafkaFuture<T> future) throws ExecutionException, InterruptedException {
        try {
            return future.get(patience.toMillis() + 500, TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new ExecutionException(
                    new TimeoutException(e)); // Kafka's own time ends first, but for what it does not bound
        }
    }

    /**
     * The client that asks it, made with the first question.
     *
     * @throws KafkaException where it cannot be made
     */
    public synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(properties);
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
