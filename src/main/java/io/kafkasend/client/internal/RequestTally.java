package io.kafkasend.client.internal;

import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.client.metric.Stage;
import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** How far one request has come, and what it took; tells of its end once. Thread-safe. */
public final class RequestTally {
    private final long began = System.nanoTime();
    private final String topic;
    private final Method method;
    private final MetricListener listener;

    private Stage stage = Stage.BEFORE;
    private Integer status;
    private int attempts;
    private long sentBefore;
    private long sent;
    private long receivedBefore;
    private long received;
    private boolean over;

    /**
     * Begins to count.
     *
     * @param listener told at once, and at the end
     */
    public RequestTally(String topic, Method method, MetricListener listener) {
        this.topic = topic;
        this.method = method;
        this.listener = listener;
        listener.begun();
    }

    /** It is about to be sent, for the first time or again. */
    public synchronized void started() {
        attempts++;
        stage = Stage.SENDING;
        status = null;
        sentBefore += sent;
        sent = 0;
        receivedBefore += received;
        received = 0;
    }

    /** Kafka holds so much of its body. */
    public synchronized void uploaded(long bytes, long total) {
        sent = Math.max(sent, bytes); // acknowledgements may overtake one another
        if (bytes >= total && stage == Stage.SENDING) {
            stage = Stage.WAITING;
        }
    }

    /** Its answer begins. */
    public synchronized void answering(int answered) {
        stage = Stage.ANSWERING;
        status = answered;
    }

    /** So much of the answer's body has come; less than before where it begins anew. */
    public synchronized void downloaded(long bytes) {
        if (bytes < received) {
            receivedBefore += received;
        }
        received = bytes;
    }

    /** It has its answer, or Kafka has it and nobody waits. */
    public void succeeded(boolean answered) {
        end(answered ? Stage.ANSWERED : Stage.WAITING, Optional.empty());
    }

    /**
     * It will have none; does nothing where its end was told.
     *
     * @param error one of a bounded number of names
     */
    public void failed(String error) {
        end(null, Optional.of(error));
    }

    private void end(Stage last, Optional<String> error) {
        EndedRequest request;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            request = new EndedRequest(
                    topic,
                    method,
                    last == null ? stage : last,
                    error,
                    status == null ? OptionalInt.empty() : OptionalInt.of(status),
                    attempts,
                    Duration.ofNanos(System.nanoTime() - began),
                    sentBefore + sent,
                    receivedBefore + received);
        }
        listener.ended(request);
    }
}
