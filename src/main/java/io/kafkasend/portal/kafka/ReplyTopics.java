package io.kafkasend.portal.kafka;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.WritableTopic;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the allowed reply topics can be written to. They are looked at when the portal starts, every half minute, every
 * five seconds while one is not well, and when one is in doubt, so that what can be answered nowhere is neither called nor sent. Thread-safe.
 */
public final class ReplyTopics extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyTopics.class);
    private static final int LOOK_SECONDS = 5;
    /** Every so many looks at those that are well, too. */
    private static final int ALL = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Set<String> topics;
    private final Look writable;
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();
    private ScheduledThreadPoolExecutor timer;
    private int looks; // of the timer's thread alone

    /** Asks the broker about a topic. */
    @FunctionalInterface
    interface Look {
        /** What keeps it from being written to; empty for nothing. */
        public Optional<String> fault(String topic) throws WritableTopic.UnknownException;
    }

    /**
     * @param configuration names the topics, and says how Kafka is reached
     */
    public ReplyTopics(PortalConfiguration configuration) {
        this(configuration.settings().replyTopics(), look(configuration.settings()));
    }

    ReplyTopics(Set<String> topics, Look writable) {
        this.topics = topics;
        this.writable = writable;
    }

    private static Look look(PortalSettings settings) {
        return new WritableTopic(settings.kafkaConnection(), PATIENCE)::fault;
    }

    @Override
    protected synchronized void doStart() {
        if (timer == null && !topics.isEmpty()) {
            timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-reply-topics"));
            timer.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    protected synchronized void doStop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    private void look() {
        boolean all = looks++ % ALL == 0;
        for (String topic : topics) {
            if (!all && !faults.containsKey(topic) && !doubtful.contains(topic)) {
                continue;
            }
            try {
                look(topic);
            } catch (RuntimeException | Error e) { // or the timer would never look again
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("reason", e.toString())
                        .log("cannot look at a reply topic");
            }
        }
    }

    private void look(String topic) {
        String fault;
        try {
            fault = writable.fault(topic).orElse(null);
        } catch (WritableTopic.UnknownException e) {
            return; // the broker is away: nothing is known, and nothing comes meanwhile
        }
        doubtful.remove(topic);
        if (fault == null) {
            if (faults.remove(topic) != null) {
                LOG.atInfo().addKeyValue("topic", topic).log("the reply topic can be written to again");
            }
        } else if (!fault.equals(faults.put(topic, fault))) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", fault)
                    .log("a reply topic cannot be written to; requests that ask for it are dropped until then");
        }
    }

    /** What keeps the topic from being written to, as far as that is known; never waits. */
    public Optional<String> knownFault(String topic) {
        return Optional.ofNullable(faults.get(topic));
    }

    /** The same; asks the broker first where the topic is in doubt. */
    public Optional<String> fault(String topic) {
        if (doubtful.contains(topic)) {
            look(topic);
        }
        return knownFault(topic);
    }

    /** A record for the topic was not taken. */
    public void doubt(String topic) {
        doubtful.add(topic);
    }
}
