package io.kafkasend.portal.kafka;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.WritableTopic;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the allowed reply topics can be written to. They are looked at when the portal starts, every half minute, every
 * five seconds while one is not well, and when one is in doubt, so that what can be answered nowhere is neither called nor sent. One
 * that is not well is looked at at once where a request names it ({@link #look}), but one at a time, and no more than two a second,
 * whatever is asked. Thread-safe.
 */
public final class ReplyTopics extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyTopics.class);
    private static final int LOOK_SECONDS = 5;
    /** Every so many looks at those that are well, too. */
    private static final int ALL = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** No sooner after the last look for a request the next one begins. */
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** So many requests wait for looks at most. */
    private static final int MOST_WAITING = 64;

    private final Set<String> topics;
    private final Look writable;
    private final FailStop failStop;
    private final LongSupplier nanoTime;
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();
    /** The looks that requests wait for, by topic, and how many they are; the first may be under way. */
    private final Map<String, TopicLook> asked = new LinkedHashMap<>();

    private int waiting;
    private long lastAsked;
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
     * @param failStop ends a portal that has lost a job
     */
    public ReplyTopics(PortalConfiguration configuration, FailStop failStop) {
        this(configuration.settings().replyTopics(), look(configuration.settings()), failStop, System::nanoTime);
    }

    ReplyTopics(Set<String> topics, Look writable, FailStop failStop, LongSupplier nanoTime) {
        this.topics = topics;
        this.writable = writable;
        this.failStop = failStop;
        this.nanoTime = nanoTime;
        this.lastAsked = nanoTime.getAsLong() - BETWEEN_NANOS;
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
    protected void doStop() {
        List<TopicLook> open;
        synchronized (this) {
            if (timer != null) {
                timer.shutdownNow();
                timer = null;
            }
            open = List.copyOf(asked.values());
        }
        open.forEach(this::end);
    }

    private void look() {
        boolean all = looks++ % ALL == 0;
        for (String topic : topics) {
            lookForRequests();
            if (all || faults.containsKey(topic) || doubtful.contains(topic)) {
                lookUnlessItFails(topic);
            }
        }
    }

    private void lookForRequests() {
        for (Optional<TopicLook> next = next(); next.isPresent(); next = next()) {
            try {
                lookUnlessItFails(next.get().topic());
            } finally {
                end(next.get());
            }
        }
    }

    private synchronized Optional<TopicLook> next() {
        return asked.values().stream().findFirst();
    }

    private void end(TopicLook look) {
        synchronized (this) {
            asked.remove(look.topic(), look);
            if (asked.isEmpty()) {
                waiting = 0;
            }
        }
        look.end(knownFault(look.topic()));
    }

    private void lookUnlessItFails(String topic) {
        try {
            lookAt(topic);
        } catch (RuntimeException | Error e) { // or the timer would never look again
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", e.toString())
                    .log("cannot look at a reply topic");
        }
    }

    private void lookAt(String topic) {
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

    /**
     * Has a topic that was not well looked at now, on another thread, for a request that names it: it may have been made meanwhile.
     *
     * @return empty where the last such look is too short ago, or too many requests wait for one: what is known has to do
     */
    public synchronized Optional<TopicLook> look(String topic) {
        if (timer == null || waiting >= MOST_WAITING) {
            return Optional.empty();
        }
        TopicLook look = asked.get(topic);
        if (look == null) {
            if (nanoTime.getAsLong() - lastAsked < BETWEEN_NANOS) {
                return Optional.empty();
            }
            lastAsked = nanoTime.getAsLong();
            look = new TopicLook(topic, failStop);
            asked.put(topic, look);
            timer.execute(this::lookForRequests);
        }
        waiting++;
        return Optional.of(look);
    }

    /** What is known, once a look that is under way for a request is over; asks for none. */
    public Optional<String> faultAfterLook(String topic) {
        TopicLook look;
        synchronized (this) {
            look = asked.get(topic);
        }
        if (look != null) {
            look.await(PATIENCE);
        }
        return knownFault(topic);
    }

    /** The same; asks the broker first where the topic is in doubt, or was not well, as {@link #look} does. */
    public Optional<String> fault(String topic) {
        if (doubtful.contains(topic)) {
            lookAt(topic);
        } else if (faults.containsKey(topic)) {
            look(topic).ifPresent(look -> look.await(PATIENCE));
        }
        return knownFault(topic);
    }

    /** A record for the topic was not taken. */
    public void doubt(String topic) {
        doubtful.add(topic);
    }
}
