package io.kafkasend.portal.kafka;

import io.kafkasend.portal.lifecycle.FailStop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One look at a reply topic, which some wait for. Thread-safe. */
public final class TopicLook {
    private final String topic;
    private final FailStop failStop;
    private final CountDownLatch over = new CountDownLatch(1);
    private List<Consumer<Optional<String>>> waiting = new ArrayList<>();
    private Optional<String> fault = Optional.empty();

    /**
     * @param topic what is looked at
     * @param failStop ends a portal that has lost whoever waits
     */
    TopicLook(String topic, FailStop failStop) {
        this.topic = topic;
        this.failStop = failStop;
    }

    String topic() {
        return topic;
    }

    /**
     * Says what the look finds.
     *
     * @param verdict hears, once, what keeps the topic from being written to, or empty for nothing: on the looking thread, or at once
     *     on this one where the look is over
     */
    public void then(Consumer<Optional<String>> verdict) {
        synchronized (this) {
            if (over.getCount() > 0) {
                waiting.add(verdict);
                return;
            }
        }
        verdict.accept(fault);
    }

    /** Waits until it is over, at most so long; less when the thread is interrupted, which it stays. */
    void await(Duration atMost) {
        try {
            over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It is over, and has found this. */
    void end(Optional<String> found) {
        List<Consumer<Optional<String>>> told;
        synchronized (this) {
            fault = found;
            told = waiting;
            waiting = List.of();
            over.countDown();
        }
        for (Consumer<Optional<String>> verdict : told) {
            try {
                verdict.accept(found);
            } catch (RuntimeException | Error e) {
                failStop.because("a job was lost that waited for its reply topic", e);
            }
        }
    }
}
