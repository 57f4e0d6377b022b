package io.kafkasend.portal.observe;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.kafka.PollPulse.Reading;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that the portal is up: when all has started and the group has told what to read, with what that is, as whom, and what
 * the portal calls. Thread-safe.
 */
public final class ReadyLine implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyLine.class);

    private final PortalSettings settings;
    private final KafkaClients clients;
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile CamelContext context;

    /**
     * @param configuration as whom, and what it calls
     * @param clients what it reads
     */
    public ReadyLine(PortalConfiguration configuration, KafkaClients clients) {
        this.settings = configuration.settings();
        this.clients = clients;
        clients.pulse().whenReading(this::tell);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        if (context == this.context) {
            return; // Camel calls this more than once
        }
        this.context = context;
        try {
            context.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext started, boolean before) {
                    // Its routes are still to start.
                }

                @Override
                public void onCamelContextFullyStarted(CamelContext started, boolean before) {
                    tell();
                }
            });
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** The name of the login, if it has one. */
    private String login() {
        return Stream.of(KafkaSecurity.USERNAME, KafkaSecurity.CLIENT_ID, KafkaSecurity.CERTIFICATE_FILE)
                .map(settings::get)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("none");
    }

    private void tell() {
        Reading reading = clients.pulse().now();
        if (!context.isStarted() || !reading.assigned() || !reading.topicThere() || said.getAndSet(true)) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("topic", settings.get(KafkaSettings.REQUEST_TOPIC))
                .addKeyValue(
                        "partitions",
                        reading.partitions().stream()
                                .map(TopicPartition::partition)
                                .sorted()
                                .toList())
                .addKeyValue("group", settings.get(KafkaSettings.CONSUMER_GROUP))
                .addKeyValue("kafka", settings.get(KafkaSettings.BOOTSTRAP_SERVERS))
                .addKeyValue("login", login())
                .addKeyValue("api", Place.of(settings.get(ApiSettings.TARGET_API_URL)))
                .addKeyValue(
                        "token_server",
                        settings.get(TokenSettings.USE_OAUTH)
                                ? Place.of(URI.create(settings.get(TokenSettings.TOKEN_URL)))
                                : "none")
                .addKeyValue("seconds", context.getUptime().toMillis() / 100 / 10.0)
                .log("the portal is up");
    }
}
