package io.kafkasend.portal.kafka;

import io.kafkasend.concurrent.DoublingWait;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.portal.kafka.PollPulse.Trouble;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls that outlive what does not pass by itself: a refusal, where Kafka takes no credentials or forbids the topic or the group,
 * and records that cannot be read. It is tried again, later and later, and each time one line says why. Camel would end its
 * consumer for good in the one case, and make a new one at once, and again, in the others. Not thread-safe.
 */
final class EnduringPolls {
    private static final Logger LOG = LoggerFactory.getLogger(EnduringPolls.class);
    private static final DoublingWait RESTS = KafkaClients.RESTS;

    private final PollDuties.Plain plain;
    private final BooleanSupplier calling;
    private final LongSupplier nanoTime;
    private volatile Trouble trouble = Trouble.NONE;
    private boolean anew;
    private Duration rest = RESTS.first();
    private long restsUntil;

    /**
     * @param calling whether a call is under way, which is made again when the partitions are left and taken anew
     */
    EnduringPolls(PollDuties.Plain plain, BooleanSupplier calling, LongSupplier nanoTime) {
        this.plain = plain;
        this.calling = calling;
        this.nanoTime = nanoTime;
    }

    /** Whether Kafka is left alone for now, as it refuses the portal. */
    boolean refused() {
        return trouble == Trouble.REFUSED && resting();
    }

    /** Whether Kafka refuses the portal, as far as is known. Any thread may ask. */
    boolean refuses() {
        return trouble == Trouble.REFUSED;
    }

    /** Whether requests are read, as far as is known: also false for a while after the last failure. */
    boolean well() {
        return trouble == Trouble.NONE;
    }

    /** What keeps it from reading. */
    Trouble trouble() {
        return trouble;
    }

    private boolean resting() {
        return trouble != Trouble.NONE && restsUntil - nanoTime.getAsLong() > 0;
    }

    /** Polls for at most so long; nothing comes of it while Kafka refuses, or while reading fails. */
    ConsumerRecords<Object, Object> poll(Duration timeout) {
        if (resting()) {
            LockSupport.parkNanos(Math.min(timeout.toNanos(), restsUntil - nanoTime.getAsLong()));
            return ConsumerRecords.empty();
        }
        ConsumerRecords<Object, Object> records;
        try {
            if (anew || trouble == Trouble.UNREADABLE && !calling.getAsBoolean()) {
                plain.beginAnew();
                anew = false;
            }
            records = plain.poll(timeout);
        } catch (WakeupException | InterruptException | FencedInstanceIdException e) {
            throw e; // Camel stops, or the portal has to
        } catch (RuntimeException e) {
            if (!refusedBy(e)) {
                failedBy(e);
            }
            return ConsumerRecords.empty();
        }
        // An empty poll proves nothing soon after a failure: the next one may only be on its way. Nor do another
        // partition's
        // records, where one of them cannot be read.
        boolean proof = trouble == Trouble.REFUSED && !records.isEmpty();
        if (!well()
                && (proof || nanoTime.getAsLong() - restsUntil > RESTS.most().toNanos())) {
            LOG.atInfo().log("the portal reads requests again");
            trouble = Trouble.NONE;
            rest = RESTS.first();
        }
        return records;
    }

    /** An assignment is about to begin: unless it has begun, the next poll is of another. */
    void assignmentBegins() {
        anew = true;
    }

    /** It has begun, and its records may be read. */
    void assignmentBegan() {
        anew = false;
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
        if (!refused()) {
            rest(Trouble.REFUSED, failure, "Kafka refuses the portal; it reads no requests until this is put right");
        }
        return true;
    }

    private void failedBy(RuntimeException failure) {
        rest(Trouble.UNREADABLE, failure, "requests cannot be read; the portal tries again until this is put right");
    }

    private void rest(Trouble why, Exception failure, String text) {
        trouble = why;
        restsUntil = nanoTime.getAsLong() + rest.toNanos();
        LOG.atWarn()
                .addKeyValue("reason", Refusal.orShown(failure))
                .addKeyValue("next_try_seconds", rest.toSeconds())
                .log(text);
        rest = RESTS.after(rest);
    }
}
