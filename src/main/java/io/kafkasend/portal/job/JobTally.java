package io.kafkasend.portal.job;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ResponseStatus;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a job's call has cost and brought, and what it is at, for whoever tells of it. Thread-safe, without a lock. */
public final class JobTally {
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicLong answerBytes = new AtomicLong();
    private final AtomicInteger chunksTwice = new AtomicInteger();
    private volatile String awaits;
    private volatile ErrorCode failed;

    /** The API is about to be asked. */
    public void attempt() {
        attempts.incrementAndGet();
    }

    /** How often the API has been asked, or is about to be: a renewed token makes no attempt of its own. */
    public int attempts() {
        return attempts.get();
    }

    /** The call waits for something from now on: {@link ResponseStatus#awaits}. */
    public void awaits(String what) {
        awaits = what;
    }

    /** An attempt has failed, and another is made after a while; null for a failure that no code says. */
    public void failed(ErrorCode code) {
        failed = code;
        awaits = ResponseStatus.RETRY;
    }

    /** What the call waits for; empty before it waits for anything. */
    public Optional<String> awaits() {
        return Optional.ofNullable(awaits);
    }

    /** Why the last attempt failed that was followed by another; empty where none was, or no code says. */
    public Optional<ErrorCode> failed() {
        return Optional.ofNullable(failed);
    }

    /** A chunk came that is there already, or is not needed any more. */
    public void chunkTwice() {
        chunksTwice.incrementAndGet();
    }

    /** How many did. */
    public int chunksTwice() {
        return chunksTwice.get();
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
