package io.kafkasend.kamelet;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * The step of {@code kafkasend-call-action}: the message's body goes to an HTTP endpoint through Kafka, and the answer is the message's
 * body, read as it comes and let go of when the exchange ends. Thread-safe once it is set up.
 */
public final class CallAction extends ServiceSupport implements Processor {
    private static final int LEAST_REFUSAL = 400;

    private String bootstrapServers;
    private String requestTopic;
    private String responseTopic;
    private String securityProtocol;
    private String saslMechanism;
    private String user = "";
    private String password = "";
    private String method;
    private String endpoint;
    private String contentType;
    private List<String> headers = List.of();
    private boolean failOnError;
    private Duration timeout;
    private KafkaSendClient client;

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

    /** Which of the message's headers go to the API, separated by commas. */
    public void setHeaders(String value) {
        headers = value.isBlank() ? List.of() : List.of(value.strip().split(" *, *"));
    }

    /** Whether a status from 400 on is a failure of the exchange. */
    public void setFailOnError(boolean value) {
        failOnError = value;
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

    /**
     * @throws io.kafkasend.client.ClientException where there is no answer
     * @throws IOException for a status from 400 on, where that is a failure
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        AnswerStream answer = client.open(request(exchange.getMessage()));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                answer.close();
            }
        });
        if (failOnError && answer.status() >= LEAST_REFUSAL) {
            throw new IOException("the API answered " + answer.status() + " (job " + answer.jobId() + ")");
        }
        Message message = exchange.getMessage();
        List.copyOf(message.getHeaders().keySet()).stream()
                .filter(name -> headers.stream().anyMatch(name::equalsIgnoreCase))
                .forEach(message::removeHeader); // they were the request's
        // None that Camel takes for an order of its own.
        answer.headers().forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, "Camel".length())) {
                message.setHeader(name, value);
            }
        });
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setBody(answer);
    }

    private Request request(Message message) {
        Method asked = Method.named(method)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the method is \"" + method + "\"; it takes GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS"));
        Request.Builder request = Request.builder().method(asked).endpoint(endpoint);
        for (String name : headers) {
            Object value = message.getHeader(name);
            if (value != null) {
                request.header(name, value.toString());
            }
        }
        if (asked.mayHaveBody() && message.getBody() != null) {
            request.contentType(contentType).body(body(message));
        }
        return request.build();
    }

    private static Body body(Message message) {
        Object body = message.getBody();
        if (body instanceof byte[] || body instanceof String) {
            return Body.of(message.getBody(byte[].class));
        }
        InputStream stream = message.getBody(InputStream.class);
        if (stream == null) {
            throw new IllegalArgumentException(
                    "the message's body is a " + body.getClass().getName() + ", which Camel makes no stream of");
        }
        return Body.stream(stream);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Names no password. */
    @Override
    public String toString() {
        return "calls " + method + " " + endpoint;
    }
}
