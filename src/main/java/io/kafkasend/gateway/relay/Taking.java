package io.kafkasend.gateway.relay;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether Kafka takes a job: from when it is to have the job's START until it says that it has. One for each job; thread-safe. */
final class Taking {
    /** How long Kafka may take, which may be restarting. */
    static final long PATIENCE_SECONDS = 10;

    private final CompletableFuture<Void> taken = new CompletableFuture<>();

    /** START is sent from now on. */
    void begins() {
        taken.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Kafka has START, or nobody waits for that any more. */
    void over() {
        taken.complete(null);
    }

    /** Has something done, which returns at once, where Kafka does not take it in time. */
    void whenLate(Runnable task) {
        taken.whenComplete((nothing, failure) -> {
            if (failure instanceof TimeoutException) {
                task.run();
            }
        });
    }
}
