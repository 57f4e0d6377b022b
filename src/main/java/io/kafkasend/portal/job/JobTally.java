package io.kafkasend.portal.job;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a job's call has cost and brought, for whoever tells of it. Thread-safe, without a lock. */
public final class JobTally {
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicLong answerBytes = new AtomicLong();

    /** The API is about to be asked. */
    public void attempt() {
        attempts.incrementAndGet();
    }

    /** How often the API has been asked, or is about to be: a renewed token makes no attempt of its own. */
    public int attempts() {
        return attempts.get();
    }

    /** Bytes go to the client: a record's value. */
    public void answer(int bytes) {
        answerBytes.addAndGet(bytes);
    }

    /** How many bytes of the answer's records went to Kafka's producer, as they are in their records. */
    public long answerBytes() {
        return answerBytes.get();
    }
}
