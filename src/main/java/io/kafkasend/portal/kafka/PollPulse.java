package io.kafkasend.portal.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The pulse of reading: when the poll thread last polled, when a broker last answered it, which partitions it has, and what keeps
 * it from reading. The poll thread feels it, anybody may look. Thread-safe.
 */
public final class PollPulse {
    private final LongSupplier nanoTime;
    private final Set<TopicPartition> held = new HashSet<>();
    private final List<Runnable> whenReading = new CopyOnWriteArrayList<>();
    private boolean polling;
    private long polled;
    private boolean answered;
    private long lastAnswer;
    private boolean heard;
    private long lastHeard;
    private boolean assigned;
    private boolean topicThere = true;
    private Trouble trouble = Trouble.NONE;
    private int paused;

    /** Why nothing is read. */
    public enum Trouble {
        NONE,
        /** Kafka refuses the portal, its commits too. */
        REFUSED,
        /** Reading fails, and Kafka's client keeps what failed until it has left the partition. */
        UNREADABLE
    }

    /**
     * How it was at one moment.
     *
     * @param sincePoll how long ago the poll thread last began a poll, or one of its questions to Kafka; empty while there is
     *     no consumer that has polled
     * @param sinceAnswer how long ago it last saw that a broker had answered; empty before the first answer
     * @param sinceHeard how long ago any of the portal's clients was seen to hear from a broker, whatever the poll thread does:
     *     their own threads go on where it stands still; empty before the first time
     * @param assigned whether the group has said which partitions are this portal's, even if that is none
     * @param partitions those
     * @param topicThere whether the topic has any, as far as is known
     * @param trouble what keeps it from reading
     */
    public record Reading(
            Optional<Duration> sincePoll,
            Optional<Duration> sinceAnswer,
            Optional<Duration> sinceHeard,
            boolean assigned,
            Set<TopicPartition> partitions,
            boolean topicThere,
            Trouble trouble) {}

    /**
     * @param nanoTime the clock
     */
    public PollPulse(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Registers what is told, on the poll thread, each time that the group has said which partitions are this portal's. */
    public void whenReading(Runnable listener) {
        whenReading.add(listener);
    }

    /** A consumer begins, or the only one has ended: nobody polls, and nothing is assigned. */
    synchronized void none() {
        polling = false;
        answered = false;
        assigned = false;
        held.clear();
        paused = 0;
        trouble = Trouble.NONE;
    }

    /** The poll thread is about to poll, or to ask Kafka something else. */
    synchronized void polls() {
        polling = true;
        polled = nanoTime.getAsLong();
    }

    synchronized void has(Trouble found) {
        trouble = found;
    }

    /** So many partitions are polled and not read, since there is no room for their jobs. */
    synchronized void pauses(int partitions) {
        paused = partitions;
    }

    /** How many partitions are not read, since there is no room for their jobs. */
    public synchronized int paused() {
        return paused;
    }

    /** A broker has answered since it was last looked at. */
    synchronized void answered() {
        answered = true;
        lastAnswer = nanoTime.getAsLong();
    }

    /** One of the portal's clients has heard from a broker, on whatever thread. */
    synchronized void heard() {
        heard = true;
        lastHeard = nanoTime.getAsLong();
    }

    /** The group has spoken. */
    void gained(Collection<TopicPartition> partitions, boolean isTopicThere) {
        synchronized (this) {
            held.addAll(partitions);
            assigned = true;
            topicThere = isTopicThere;
        }
        answered();
        whenReading.forEach(Runnable::run);
    }

    /** Partitions are another's; whose they all were is to be told next. */
    synchronized void gave(Collection<TopicPartition> partitions) {
        held.removeAll(partitions);
        assigned = assigned && !held.isEmpty();
    }

    /** How it is now. */
    public synchronized Reading now() {
        long now = nanoTime.getAsLong();
        return new Reading(
                polling ? Optional.of(Duration.ofNanos(now - polled)) : Optional.empty(),
                answered ? Optional.of(Duration.ofNanos(now - lastAnswer)) : Optional.empty(),
                heard ? Optional.of(Duration.ofNanos(now - lastHeard)) : Optional.empty(),
                assigned,
                Set.copyOf(held),
                topicThere,
                trouble);
    }
}
