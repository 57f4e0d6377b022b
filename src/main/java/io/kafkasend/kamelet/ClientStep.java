package io.kafkasend.kamelet;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.KafkaSendClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * A step with a client of portals: how it gets into Kafka, what it asks there and how long it waits. Thread-safe once it is set
 * up.
 */
public abstract class ClientStep extends ServiceSupport implements Processor {
    private static final int LEAST_REFUSAL = 400;

    private String method;
    private String endpoint;
    private String contentType;
    private String bootstrapServers;
    private String requestTopic;
    private String responseTopic;
    private String securityProtocol;
    private String saslMechanism;
    private String user = "";
    private String password = "";
    private Duration timeout;
    private KafkaSendClient client;

    ClientStep() {}

    /** The HTTP method. */
    public void setMethod(String value) {
        method = value;
    }

    /** Path and query. */
    public void setEndpoint(String value) {
        endpoint = value;
    }

    /** The media type of the body. */
    public void setContentType(String value) {
        contentType = value;
    }

    /** host:port, separated by commas. */
    public void setBootstrapServers(String value) {
        bootstrapServers = value;
    }

    /** The topic that portals read. */
    public void setRequestTopic(String value) {
        requestTopic = value;
    }

    /** The topic that portals answer on. */
    public void setResponseTopic(String value) {
        responseTopic = value;
    }

    /** Kafka's {@code security.protocol}. */
    public void setSecurityProtocol(String value) {
        securityProtocol = value;
    }

    /** Kafka's {@code sasl.mechanism}: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, where there is a user. */
    public void setSaslMechanism(String value) {
        saslMechanism = value;
    }

    /** Who logs in to Kafka; empty for nobody. */
    public void setUser(String value) {
        user = value;
    }

    /** The user's password. */
    public void setPassword(String value) {
        password = value;
    }

    /** How long a call may take, in seconds. */
    public void setTimeout(int seconds) {
        timeout = Duration.ofSeconds(seconds);
    }

    @Override
    protected void doStart() {
        Map<String, String> kafka = new HashMap<>(Map.of("security.protocol", securityProtocol));
        if (!user.isEmpty()) {
            boolean plain = saslMechanism.equals("PLAIN");
            kafka.put(SaslConfigs.SASL_MECHANISM, saslMechanism);
            kafka.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "org.apache.kafka.common.security." + (plain ? "plain.Plain" : "scram.Scram")
                            + "LoginModule required username=\"" + escaped(user) + "\" password=\"" + escaped(password)
                            + "\";");
        }
        client = KafkaSendClient.builder()
                .bootstrapServers(bootstrapServers)
                .requestTopic(requestTopic)
                .responseTopic(responseTopic)
                .kafkaProperties(kafka)
                .defaultTimeout(timeout)
                .build();
    }

    @Override
    protected void doStop() {
        if (client != null) {
            client.close();
        }
    }

    /** The client, while the step is started. */
    final KafkaSendClient client() {
        return client;
    }

    final String method() {
        return method;
    }

    final String endpoint() {
        return endpoint;
    }

    final String contentType() {
        return contentType;
    }

    /** Whether the API has answered 400 or above. */
    static boolean isRefusal(AnswerStream answer) {
        return answer.status() >= LEAST_REFUSAL;
    }

    /** Such an answer as a failure of the exchange. */
    static IOException refusal(AnswerStream answer) {
        return new IOException("the API answered " + answer.status() + " (job " + answer.jobId() + ")");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
