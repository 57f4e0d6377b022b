package io.kafkasend.gateway.relay;

import io.kafkasend.gateway.http.RequestBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whether Kafka takes a job: START soon after it is to have it, and then what is read of the body. Time in which the caller sends
 * nothing is none of Kafka's. One for each job; thread-safe.
 */
final class Taking {
    /** How long Kafka may take for START, and for what follows it: it may be restarting. */
    static final long START_SECONDS = 10;

    static final long BODY_SECONDS = 20;

    private static final long LOOK_SECONDS = 1;

    private final RequestBody body;
    private volatile Runnable late = () -> {};
    private volatile boolean over;
    private volatile boolean started;
    private volatile long taken;
    private volatile long takenAt;

    /**
     * @param body what Kafka is to take after START
     */
    Taking(RequestBody body) {
        this.body = body;
    }

    /** START is sent from now on. */
    void begins() {
        takenAt = System.nanoTime();
        lookLater();
    }

    /** Kafka has START, and so many bytes of the body. */
    void taken(long bytes) {
        taken = bytes;
        takenAt = System.nanoTime();
        started = true;
    }

    /** Nobody waits for that any more. */
    void over() {
        over = true;
    }

    /** Has something done, which returns at once, where Kafka does not take it in time. */
    void whenLate(Runnable task) {
        late = task;
    }

    /** For how long Kafka may keep what it has now. */
    long patienceSeconds() {
        return started ? BODY_SECONDS : START_SECONDS;
    }

    private void lookLater() {
        CompletableFuture.delayedExecutor(LOOK_SECONDS, TimeUnit.SECONDS, Runnable::run)
                .execute(this::look);
    }

    private void look() {
        boolean all = started && body.isAtEnd() && taken >= body.bytes();
        if (over || all) {
            return;
        }
        long waited = System.nanoTime() - takenAt;
        if (started) {
            waited = taken < body.bytes() ? Math.min(waited, body.unreadNanos()) : 0;
        }
        if (waited > TimeUnit.SECONDS.toNanos(patienceSeconds())) {
            late.run();
        } else {
            lookLater();
        }
    }
}
