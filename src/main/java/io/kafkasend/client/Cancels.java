package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.MessageWriter;
import io.kafkasend.protocol.RequestCancel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the portal of jobs whose answer nobody waits for any more. Best effort: what cannot be told is forgotten. Never
 * blocks its caller, since a producer without a broker blocks. Thread-safe.
 */
final class Cancels {
    private static final Logger LOG = LoggerFactory.getLogger(Cancels.class);

    private final MessageWriter writer = new MessageWriter();
    private final String topic;
    private final SigningKey signingKey;
    private final Executor pool;
    private int pending;

    /**
     * @param signingKey signs, as it signed START; or null
     * @param pool where sending may block
     */
    Cancels(String topic, SigningKey signingKey, Executor pool) {
        this.topic = topic;
        this.signingKey = signingKey;
        this.pool = pool;
    }

    /** Sends a CANCEL for a job whose START was sent. */
    void send(Job job) {
        JobId jobId = job.id();
        synchronized (this) {
            pending++;
        }
        pool.execute(() -> {
            try {
                byte[] key = jobId.value().getBytes(StandardCharsets.US_ASCII);
                RequestCancel cancel = new RequestCancel(jobId, job.secret(), null);
                byte[] value = writer.write(signingKey == null ? cancel : signingKey.sign(cancel));
                // By the producer that sent the job, so that it comes after what was sent before it.
                job.producer().send(new ProducerRecord<>(topic, job.requestPartition(), key, value));
            } catch (RuntimeException | Error e) {
                LOG.debug("The portal is not told of the cancellation jobId={}: {}", jobId, e.toString());
            } finally {
                sent();
            }
        });
    }

    /** Waits until the producer has every CANCEL, but no longer than this. */
    synchronized void awaitHandedOver(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        long left;
        while (pending > 0 && (left = (end - System.nanoTime()) / 1_000_000) > 0) {
            wait(left);
        }
    }

    private synchronized void sent() {
        pending--;
        notifyAll();
    }
}
