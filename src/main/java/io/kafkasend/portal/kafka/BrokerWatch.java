package io.kafkasend.portal.kafka;

import io.kafkasend.portal.event.LastingCondition;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that Kafka has not answered for a while, and that it answers again. It is away where none of the portal's clients has received
 * a byte: the consumer asks for something every moment. So a broker of several may restart without a word. Not thread-safe.
 */
final class BrokerWatch {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration APART = Duration.ofMinutes(1);

    private final String servers;
    private final LongSupplier nanoTime;
    private final LastingCondition away;
    private final Map<Client, Double> received = new WeakHashMap<>();
    private long lastAnswer;

    /** One of the portal's Kafka clients. */
    interface Client {
        /** How many bytes it has received from all brokers, by its own count. */
        double receivedBytes();
    }

    /**
     * @param servers where Kafka is reached
     * @param nanoTime the clock
     */
    BrokerWatch(String servers, LongSupplier nanoTime) {
        this.servers = servers;
        this.nanoTime = nanoTime;
        this.away = new LastingCondition(SILENCE, AGAIN, APART, nanoTime);
        this.lastAnswer = nanoTime.getAsLong();
    }

    /**
     * Looks whether anything came since the last look.
     *
     * @param clients those that are open
     * @return whether anything did
     */
    boolean look(Collection<? extends Client> clients) {
        boolean answered = false;
        for (Client client : clients) {
            double bytes = client.receivedBytes();
            Double before = received.put(client, bytes);
            answered |= bytes > 0 && (before == null || bytes != before);
        }
        if (answered) {
            lastAnswer = nanoTime.getAsLong();
            away.ended().ifPresent(news -> LOG.atInfo()
                    .addKeyValue("servers", servers)
                    .addKeyValue("seconds", news.lasted().toSeconds())
                    .log("Kafka answers again: requests are read and answers sent"));
        } else {
            away.holdsSince(lastAnswer).ifPresent(news -> LOG.atWarn()
                    .addKeyValue("servers", servers)
                    .addKeyValue("seconds", news.lasted().toSeconds())
                    .log("Kafka does not answer: no requests are read and no answers sent; the portal keeps"
                            + " trying, and calls under way go on"));
        }
        return answered;
    }

    /** There is nobody to ask Kafka for anything now, or Kafka is left alone on purpose. */
    void rest() {
        lastAnswer = nanoTime.getAsLong();
        away.forget();
    }
}
