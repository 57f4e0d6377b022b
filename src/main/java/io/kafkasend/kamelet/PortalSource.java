package io.kafkasend.kamelet;

import io.kafkasend.portal.Portal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Where the route of {@code kafkasend-portal-source} begins: a portal of its own, in a Camel context of its own, that asks the
 * route in place of an API. What is not set here is as the portal's environment variables say. Thread-safe once it is set up.
 */
public final class PortalSource extends ServiceSupport implements Component {
    private final Map<String, String> settings = new HashMap<>(Map.of("kafkasend.management-port", "off"));
    private CamelContext context;

    @Override
    public void setCamelContext(CamelContext value) {
        context = value;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** host:port, separated by commas. */
    public void setBootstrapServers(String value) {
        settings.put("kafkasend.bootstrap-servers", value);
    }

    /** Paths that may be asked for, separated by commas; * stands for anything. */
    public void setAllowedEndpoints(String value) {
        settings.put("kafkasend.allowed-endpoints", value);
    }

    /** The topic that is read. */
    public void setRequestTopic(String value) {
        settings.put("kafkasend.request-topic", value);
    }

    /** The topic that is answered on. */
    public void setResponseTopic(String value) {
        settings.put("kafkasend.response-topic", value);
    }

    /** The consumer group: those of one group share the requests. */
    public void setConsumerGroup(String value) {
        settings.put("kafkasend.consumer-group", value);
    }

    /** How many requests the route has at once. */
    public void setConcurrentJobs(int value) {
        settings.put("kafkasend.max-concurrent-jobs", Integer.toString(value));
    }

    /** How long the route may take for one, in seconds. */
    public void setTimeout(int seconds) {
        settings.put("kafkasend.job-timeout-seconds", Integer.toString(seconds));
    }

    /** Kafka's {@code security.protocol}. */
    public void setSecurityProtocol(String value) {
        settings.put("kafkasend.security-protocol", value);
    }

    /** Kafka's {@code sasl.mechanism}: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, where there is a user. */
    public void setSaslMechanism(String value) {
        settings.put("kafkasend.sasl-mechanism", value);
    }

    /** Who logs in to Kafka; empty for nobody. */
    public void setUser(String value) {
        settings.put("kafkasend.sasl-username", value);
    }

    /** The user's password. */
    public void setPassword(String value) {
        settings.put("kafkasend.sasl-password", value);
    }

    @Override
    public Endpoint createEndpoint(String uri) {
        return new Requests(uri, this);
    }

    @Override
    public Endpoint createEndpoint(String uri, Map<String, Object> parameters) {
        return createEndpoint(uri);
    }

    @Override
    public boolean useRawUri() {
        return true;
    }

    /** Names no password. */
    @Override
    public String toString() {
        return "requests from Kafka";
    }

    private Map<String, String> settings() {
        Map<String, String> known = new HashMap<>(settings);
        if (known.get("kafkasend.sasl-username").isEmpty()) { // nobody logs in
            known.keySet().removeIf(name -> name.startsWith("kafkasend.sasl-"));
        }
        return known;
    }

    /** The requests that a portal lets through. */
    private static final class Requests extends DefaultEndpoint {
        private final PortalSource source;

        Requests(String uri, PortalSource source) {
            super(uri, source);
            this.source = source;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("kafkasend-portal-source gives requests and takes none");
        }

        @Override
        public Consumer createConsumer(Processor route) {
            return new Requested(this, route, source);
        }
    }

    /** Asks the route, on the portal's own threads, and gives back what it makes. */
    private static final class Requested extends DefaultConsumer {
        private final PortalSource source;
        private Portal portal;

        Requested(Endpoint endpoint, Processor route, PortalSource source) {
            super(endpoint, route);
            this.source = source;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            portal = Portal.startWithStep(source.settings(), this::ask, this::fail);
        }

        @Override
        protected void doStop() throws Exception {
            if (portal != null) {
                portal.close();
            }
            super.doStop();
        }

        private void fail() {
            getExceptionHandler()
                    .handleException(
                            "the portal of this route had to end; start the route again",
                            new IOException("no more requests are read"));
        }

        private void ask(Exchange job) throws Exception {
            Exchange asked = createExchange(false);
            asked.setPattern(ExchangePattern.InOut);
            asked.getMessage().setHeaders(new HashMap<>(job.getMessage().getHeaders()));
            asked.getMessage().setBody(job.getMessage().getBody());
            job.getVariables().forEach(asked::setVariable);
            createUoW(asked);
            // What the route opened is closed when its answer has been read, not before.
            job.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    doneUoW(asked);
                    releaseExchange(asked, false);
                }
            });
            getProcessor().process(asked);
            if (asked.getException() != null) {
                throw asked.getException();
            }
            job.getMessage().setHeaders(asked.getMessage().getHeaders());
            job.getMessage().setBody(asked.getMessage().getBody());
        }
    }
}
