package io.kafkasend.portal.kafka;

import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/** Pulses as a poll thread feels them, for tests in other rooms. */
public final class Pulses {
    private final PollPulse pulse;

    public Pulses(LongSupplier nanoTime) {
        this.pulse = new PollPulse(nanoTime);
    }

    public PollPulse pulse() {
        return pulse;
    }

    /** A consumer that polls, is answered, and reads one partition. */
    public Pulses reads() {
        pulse.polls();
        pulse.gained(List.of(new TopicPartition("requests", 0)), true);
        return this;
    }

    public void polls() {
        pulse.polls();
    }

    /** Another thread than the poll thread hears from Kafka. */
    public void heard() {
        pulse.heard();
    }

    public void answered() {
        pulse.answered();
    }

    public void has(PollPulse.Trouble trouble) {
        pulse.has(trouble);
    }

    public void givesUp() {
        pulse.gave(List.of(new TopicPartition("requests", 0)));
    }

    public void gains(List<TopicPartition> partitions, boolean topicThere) {
        pulse.gained(partitions, topicThere);
    }

    public void ends() {
        pulse.none();
    }
}
