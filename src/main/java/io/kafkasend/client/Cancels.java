package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.codec.MessageWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the portal of jobs whose answer nobody waits for any more, where it is known to read CANCEL: an old one stops at it.
 * Best effort: what cannot be told is forgotten. Never blocks its caller, since a producer without a broker blocks. Thread-safe.
 */
final class Cancels {
    private static final Logger LOG = LoggerFactory.getLogger(Cancels.class);

    private final MessageWriter writer = new MessageWriter();
    private final ClientSettings settings;
    private final Executor pool;
    private int pending;

    /**
     * @param pool where sending may block
     */
    Cancels(ClientSettings settings, Executor pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** Sends a CANCEL for a job whose START was sent, unless an old portal may have it. */
    void send(Job job) {
        JobId jobId = job.id();
        if (!settings.modernPortals() && !job.answeredByModernPortal()) {
            LOG.debug("The portal is not told of the cancellation: it may be an old one jobId={}", jobId);
            return;
        }
        synchronized (this) {
            pending++;
        }
        pool.execute(() -> {
            try {
                // By the producer that sent the job, so that it comes after what was sent before it.
                job.way().producer().send(record(jobId, job.secret(), job.way().partition()));
            } catch (RuntimeException | Error e) {
                LOG.debug("The portal is not told of the cancellation jobId={}: {}", jobId, e.toString());
            } finally {
                sent();
            }
        });
    }

    /**
     * Sends a CANCEL for a job that was begun before, unless an old portal may have it.
     *
     * @param modern whether the job's portal is known to read it
     * @param producer the one to send it by
     * @return whether Kafka has it; false where it was not sent
     */
    CompletableFuture<Boolean> send(Receipt receipt, boolean modern, Supplier<Producer<byte[], byte[]>> producer) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        if (!settings.modernPortals() && !modern) {
            taken.complete(false);
            return taken;
        }
        pool.execute(() -> {
            try {
                producer.get().send(record(receipt.jobId(), receipt.secret(), null), (metadata, failure) -> {
                    if (failure == null) {
                        taken.complete(true);
                    } else {
                        taken.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException | Error e) {
                taken.completeExceptionally(e);
            }
        });
        return taken;
    }

    private ProducerRecord<byte[], byte[]> record(JobId jobId, String secret, Integer partition) {
        RequestCancel cancel = new RequestCancel(jobId, secret, null);
        SigningKey signingKey = settings.signingKey();
        byte[] value = writer.write(signingKey == null ? cancel : signingKey.sign(cancel));
        return new ProducerRecord<>(settings.requestTopic(), partition, jobId.key(), value);
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
