package io.kafkasend.portal;

import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls that outlive a refusal: where Kafka takes no credentials or forbids the topic or the group, it is asked again, later
 * and later, and each time a line says why. Camel would end its consumer for good in the one case, and make a new one at
 * once, and again, in the other. Not thread-safe.
 */
final class RefusedPolls {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedPolls.class);
    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PollDuties.Plain plain;
    private final LongSupplier nanoTime;
    private boolean refused;
    private long rest = FIRST_REST_NANOS;
    private long restsUntil;

    RefusedPolls(PollDuties.Plain plain, LongSupplier nanoTime) {
        this.plain = plain;
        this.nanoTime = nanoTime;
    }

    /** Whether Kafka is left alone for now. */
    boolean resting() {
        return refused && restsUntil - nanoTime.getAsLong() > 0;
    }

    /** Polls for at most so long; nothing comes of it while Kafka refuses. */
    ConsumerRecords<Object, Object> poll(Duration timeout) {
        if (resting()) {
            LockSupport.parkNanos(Math.min(timeout.toNanos(), restsUntil - nanoTime.getAsLong()));
            return ConsumerRecords.empty();
        }
        ConsumerRecords<Object, Object> records;
        try {
            records = plain.poll(timeout);
        } catch (AuthenticationException | AuthorizationException e) {
            refusedBy(e);
            return ConsumerRecords.empty();
        }
        // An empty poll proves nothing soon after a refusal: the next one may only be on its way.
        if (refused && (!records.isEmpty() || nanoTime.getAsLong() - restsUntil > LONGEST_REST_NANOS)) {
            LOG.atInfo().log("Kafka lets the portal read again");
            refused = false;
            rest = FIRST_REST_NANOS;
        }
        return records;
    }

    /**
     * Notes a refusal, also one that came otherwise than by a poll.
     *
     * @return false when the failure is none
     */
    boolean refusedBy(Exception failure) {
        if (!(failure instanceof AuthenticationException || failure instanceof AuthorizationException)) {
            return false;
        }
        if (!resting()) {
            refused = true;
            restsUntil = nanoTime.getAsLong() + rest;
            LOG.atWarn()
                    .addKeyValue(
                            "reason", Refusal.in(failure).map(Refusal::reason).orElse(failure.getMessage()))
                    .addKeyValue("next_try_seconds", TimeUnit.NANOSECONDS.toSeconds(rest))
                    .log("Kafka refuses the portal; it reads no requests until this is put right");
            rest = Math.min(2 * rest, LONGEST_REST_NANOS);
        }
        return true;
    }
}
