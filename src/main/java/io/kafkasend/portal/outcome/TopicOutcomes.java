package io.kafkasend.portal.outcome;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.Upkeep;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for outcomes in the response topic itself, in the one partition that a job's answer goes to, from the time on at
 * which its START was read first. One thread reads for all who ask, see {@link OutcomeReading}. Thread-safe.
 */
public final class TopicOutcomes implements OutcomeLookup, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicOutcomes.class);
    /** How long one question waits; after that the job is called, as at least once allows, while the reading goes on. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long the broker may take to tell where one partition begins and ends. */
    private static final int ASK_MILLIS = 10_000;

    private final Properties properties = new Properties();
    private final String responseTopic;
    private OutcomeReading reading;
    private boolean closed;

    /**
     * @param configuration where the response topic is
     */
    public TopicOutcomes(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        this.responseTopic = settings.get(KafkaSettings.RESPONSE_TOPIC);
        properties.putAll(Upkeep.ofConsumer());
        properties.putAll(settings.kafkaConnection());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.get(KafkaSettings.CONSUMER_GROUP) + "-outcomes");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ASK_MILLIS);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    }

    /** Nothing also where it cannot be found out in time, which the log says. */
    @Override
    public Found find(OutcomeQuestion question) {
        try {
            return ask(question).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            unknown(question, "the topic has too much to read within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            unknown(question, e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unknown(question, "the portal is stopping");
        }
        return Found.NOTHING;
    }

    private synchronized CompletableFuture<Found> ask(OutcomeQuestion question) {
        if (closed) {
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
        CompletableFuture<Found> answer = new CompletableFuture<>();
        if (reading == null || !reading.add(question, answer)) {
            OutcomeReading next = new OutcomeReading(properties, responseTopic);
            next.add(question, answer);
            next.start();
            reading = next;
            LOG.atInfo()
                    .addKeyValue("job_id", question.job())
                    .log(
                            "reads answers of before, to see which jobs were answered before a crash or a change of portals");
        }
        return answer;
    }

    /** Ends the reading; whoever waits hears that it is not known. */
    @Override
    public synchronized void close() {
        closed = true;
        if (reading != null) {
            reading.close();
        }
    }

    private static void unknown(OutcomeQuestion question, String why) {
        LOG.atWarn()
                .addKeyValue("job_id", question.job())
                .addKeyValue("reason", why)
                .log("cannot tell whether the job was answered before; it is taken as not answered");
    }
}
