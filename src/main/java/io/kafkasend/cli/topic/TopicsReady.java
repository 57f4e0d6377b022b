package io.kafkasend.cli.topic;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the topics that a portal needs, so that it may be started before they are, or before the broker is. */
public final class TopicsReady {
    private static final Logger LOG = LoggerFactory.getLogger("io.kafkasend.portal.Start");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 1_000;
    private static final long LONGEST_PAUSE_MS = 30_000;

    private final String bootstrapServers;
    private final Map<String, String> kafkaProperties;

    /**
     * @param kafkaProperties how Kafka is to be reached
     */
    public TopicsReady(String bootstrapServers, Map<String, String> kafkaProperties) {
        this.bootstrapServers = bootstrapServers;
        this.kafkaProperties = kafkaProperties;
    }

    /**
     * Returns when the broker answers and has the topics; says in one line what is missing, each time that this changes. Where
     * the broker refuses the portal it asks less and less often: repeated wrong passwords lock accounts.
     *
     * @throws ClientException where Kafka's client takes no such settings, so that waiting is no use
     */
    public void await(String... topics) throws InterruptedException {
        String said = "";
        long refusedPause = PAUSE_MS;
        while (true) {
            String missing;
            long pause = PAUSE_MS;
            try {
                missing = missing(topics);
            } catch (ClientException e) {
                if (e.kind() == Kind.SETTINGS) {
                    throw e;
                }
                if (e.kind() == Kind.CLOSED) {
                    throw new InterruptedException(); // told to end while Kafka's client waited
                }
                missing = e.getMessage();
                if (e.kind() == Kind.AUTHENTICATION || e.kind() == Kind.AUTHORIZATION) {
                    pause = refusedPause;
                    refusedPause = Math.min(2 * refusedPause, LONGEST_PAUSE_MS);
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            if (!missing.equals(said)) {
                LOG.atWarn().log(missing + "; waiting");
                said = missing;
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    /** Says that a topic is missing which the portal can do without. */
    public void warnOfMissing(String topic, String consequence) {
        String missing;
        try {
            missing = missing(topic);
        } catch (ClientException e) {
            missing = e.getMessage();
        }
        if (!missing.isEmpty()) {
            LOG.atWarn().log(missing + "; " + consequence);
        }
    }

    private String missing(String... names) {
        try (Topics topics = new Topics(bootstrapServers, kafkaProperties, TIMEOUT)) {
            for (String name : names) {
                if (topics.find(name).isEmpty()) {
                    return "topic " + name + " does not exist at " + bootstrapServers
                            + "; `kafkasend topics --create` creates it";
                }
            }
            return "";
        }
    }
}
