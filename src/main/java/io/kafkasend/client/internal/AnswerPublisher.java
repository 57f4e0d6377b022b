package io.kafkasend.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of an answer for one subscriber, which gets what it has asked for and no more. Thread-safe. */
public final class AnswerPublisher implements Flow.Publisher<ByteBuffer> {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerPublisher.class);
    private static final int MOST_BYTES = 64 * 1024;

    private final Source source;
    private final Runnable close;
    private final Executor executor;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /** Where the body comes from. Thread-safe. */
    public interface Source {
        /**
         * Bytes that have come, without waiting.
         *
         * @param most 0 to see only whether the body has ended
         * @return empty where there is nothing now; null at the end of a body that is whole
         * @throws IOException when the body has failed, or was closed
         */
        ByteBuffer poll(int most) throws IOException;

        /** Has somebody told, who returns at once, whenever there may be something new. */
        void whenChanged(Runnable told);
    }

    /**
     * @param close done when the subscriber wants no more
     * @param executor where the subscriber is told, which may block
     */
    public AnswerPublisher(Source source, Runnable close, Executor executor) {
        this.source = source;
        this.close = close;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (subscribed.compareAndSet(false, true)) {
            Delivery delivery = new Delivery(subscriber);
            source.whenChanged(delivery::signal);
            delivery.signal();
        } else {
            subscriber.onSubscribe(new Refused());
            subscriber.onError(new IllegalStateException("an answer has one subscriber"));
        }
    }

    /** Of a subscriber that comes too late. */
    private static final class Refused implements Flow.Subscription {
        @Override
        public void request(long n) {
            // There is nothing.
        }

        @Override
        public void cancel() {
            // It gets nothing.
        }
    }

    /** What one subscriber gets: told by one thread at a time, whoever has something for it. */
    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong asked = new AtomicLong();
        /** How often there was something to look at since it was last looked at; whoever makes it 1 looks. */
        private final AtomicInteger signals = new AtomicInteger();

        private boolean begun;
        private volatile boolean over;
        private volatile boolean askedWrongly;

        Delivery(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                askedWrongly = true;
            } else {
                asked.accumulateAndGet(
                        count, (before, more) -> before > Long.MAX_VALUE - more ? Long.MAX_VALUE : before + more);
            }
            signal();
        }

        @Override
        public void cancel() {
            over = true;
            close.run();
        }

        void signal() {
            if (signals.getAndIncrement() == 0) {
                executor.execute(this::look);
            }
        }

        private void look() {
            int seen = 1;
            while (seen != 0) {
                try {
                    if (!begun) {
                        begun = true;
                        subscriber.onSubscribe(this);
                    }
                    deliver();
                } catch (RuntimeException | Error e) {
                    LOG.warn("A subscriber to an answer failed", e); // which it must not: Flow.Subscriber
                    cancel();
                }
                seen = signals.addAndGet(-seen);
            }
        }

        private void deliver() {
            while (!over) {
                if (askedWrongly) {
                    cancel();
                    subscriber.onError(new IllegalArgumentException("a subscriber asks for 1 or more"));
                    return;
                }
                ByteBuffer piece;
                try {
                    piece = source.poll(asked.get() > 0 ? MOST_BYTES : 0);
                } catch (IOException e) {
                    over = true;
                    subscriber.onError(e);
                    return;
                }
                if (piece == null) {
                    over = true;
                    subscriber.onComplete();
                } else if (piece.hasRemaining()) {
                    if (asked.get() != Long.MAX_VALUE) {
                        asked.decrementAndGet();
                    }
                    subscriber.onNext(piece);
                } else {
                    return; // until something has come, or more is asked for
                }
            }
        }
    }
}
