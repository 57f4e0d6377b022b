package io.kafkasend.cli;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the topics that a portal needs, so that it may be started before they are, or before the broker is. */
final class TopicsReady {
    private static final Logger LOG = LoggerFactory.getLogger("io.kafkasend.portal.Start");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 1_000;

    private TopicsReady() {}

    /** Returns when the broker answers and has the topics; says in one line what is missing, each time that this changes. */
    static void await(String bootstrapServers, String... topics) throws InterruptedException {
        String said = "";
        while (true) {
            String missing = missing(bootstrapServers, topics);
            if (missing.isEmpty()) {
                return;
            }
            if (!missing.equals(said)) {
                LOG.atWarn().log(missing + "; waiting");
                said = missing;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Says that a topic is missing which the portal can do without. */
    static void warnOfMissing(String bootstrapServers, String topic, String consequence) {
        String missing = missing(bootstrapServers, topic);
        if (!missing.isEmpty()) {
            LOG.atWarn().log(missing + "; " + consequence);
        }
    }

    private static String missing(String bootstrapServers, String... names) {
        try (Topics topics = new Topics(bootstrapServers, Map.of(), TIMEOUT)) {
            for (String name : names) {
                if (topics.find(name).isEmpty()) {
                    return "topic " + name + " does not exist at " + bootstrapServers
                            + "; `kafkasend topics --create` creates it";
                }
            }
            return "";
        } catch (ClientException e) {
            return e.getMessage();
        }
    }
}
