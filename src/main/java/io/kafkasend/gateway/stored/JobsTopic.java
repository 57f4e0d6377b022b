package io.kafkasend.gateway.stored;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.kafka.ClassesOfKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of jobs, all of it and then as it grows, on a thread of its own; keeps where each lies, and reads a job there when it
 * is asked for. {@link #find}, {@link #holder}, {@link #at} and {@link #close} are thread-safe.
 */
final class JobsTopic implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobsTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long RETENTION_CHECK_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long AGAIN_MILLIS = 1_000;
    private static final int MOST_LATELY = 2_000;
    /** A reader at one offset does not wait for more to come. */
    private static final int READ_WAIT_MILLIS = 10;

    private static final Long NOWHERE = -1L;

    /** A job that is asked for: by its place, once what was there at that time is read, or up to an offset; or the one that lies there. */
    private static final class Question {
        private final String place;
        private final long written;
        private final boolean holder;
        private final CompletableFuture<Optional<StoredJob>> answer = new CompletableFuture<>();
        private long until = -1;

        /**
         * @param written an offset that is to be read before; -1 for all that is there
         * @param holder whether who holds the place is asked for, and not who lies at the offset
         */
        Question(String place, long written, boolean holder) {
            this.place = place;
            this.written = written;
            this.holder = holder;
        }
    }

    private final TopicPartition partition;
    private final Supplier<Map<String, Object>> properties;
    private final Runnable ensure;
    private final Places places;
    private final Queue<Question> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Question> waiting = new ArrayDeque<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;
    /** The jobs that came or were asked for last, which are asked for most. */
    private final Map<Long, StoredJob> lately = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, StoredJob> eldest) {
            return size() > MOST_LATELY;
        }
    };

    private Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile boolean full;
    private long next;
    private boolean said;

    /**
     * @param properties of Kafka's consumer
     * @param ensure makes the topic where it is missing, and may fail
     */
    JobsTopic(String topic, Supplier<Map<String, Object>> properties, Runnable ensure, long heap) {
        this.partition = new TopicPartition(topic, 0);
        this.properties = properties;
        this.ensure = ensure;
        this.places = new Places(heap);
        this.thread = DaemonThreads.named("kafkasend-jobs", this);
        thread.start();
    }

    /** Who holds a place, by all that is in the topic now. */
    CompletableFuture<Optional<StoredJob>> find(String place) {
        return ask(new Question(place, -1, true));
    }

    /** Who holds a place, once the record at an offset is read. */
    CompletableFuture<Optional<StoredJob>> holder(String place, long written) {
        return ask(new Question(place, written, true));
    }

    /** The one of a place that lies at an offset; empty where it is gone. */
    CompletableFuture<Optional<StoredJob>> at(String place, long offset) {
        return ask(new Question(place, offset, false));
    }

    /** Whether no more jobs can be known. */
    boolean isFull() {
        return full;
    }

    private CompletableFuture<Optional<StoredJob>> ask(Question question) {
        asked.add(question);
        if (closed) { // nobody reads any more
            question.answer.completeExceptionally(new KafkaException("the gateway ends"));
            return question.answer;
        }
        synchronized (this) {
            if (consumer != null && !woken.getAndSet(true)) {
                consumer.wakeup();
            }
        }
        return question.answer;
    }

    @Override
    public void run() {
        while (!closed) {
            try (Consumer<byte[], byte[]> from = connect();
                    Consumer<byte[], byte[]> aside =
                            consumer(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, READ_WAIT_MILLIS))) {
                read(from, new PastJobs(aside, partition, PATIENCE));
            } catch (WakeupException e) {
                LOG.debug("the reader of jobs is closed");
            } catch (RuntimeException | Error e) {
                failed(e);
            } finally {
                synchronized (this) {
                    consumer = null;
                }
            }
        }
        unanswered(new KafkaException("the gateway ends"));
    }

    /** Whatever it was: who waits hears of it, and the thread goes on. */
    private void failed(Throwable failure) {
        if (!said && !closed) { // by which whatever waits for Kafka is interrupted
            said = true;
            LOG.atWarn()
                    .addKeyValue("topic", partition.topic())
                    .addKeyValue("reason", String.valueOf(failure.getMessage()))
                    .log("the gateway's jobs cannot be read: requests with Idempotency-Key are refused until they can");
        }
        unanswered(failure);
        try {
            Thread.sleep(AGAIN_MILLIS);
        } catch (InterruptedException e) {
            LOG.trace("told to end", e);
        }
    }

    private void unanswered(Throwable failure) {
        takeQuestions();
        List<Question> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(question -> question.answer.completeExceptionally(failure));
    }

    private void takeQuestions() {
        woken.set(false);
        for (Question question; (question = asked.poll()) != null; ) {
            waiting.add(question);
        }
    }

    private Consumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(properties.get());
        all.putAll(more);
        return ClassesOfKafka.within(
                () -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
                    @Override
                    public void close() {
                        close(CloseOptions.timeout(Duration.ZERO));
                    }
                });
    }

    private Consumer<byte[], byte[]> connect() {
        ensure.run();
        Consumer<byte[], byte[]> made = consumer(Map.of());
        try {
            made.assign(List.of(partition));
            long first = made.beginningOffsets(List.of(partition), PATIENCE).get(partition);
            long end = made.endOffsets(List.of(partition), PATIENCE).get(partition);
            next = next > end ? first : Math.max(first, next); // a topic that was made anew is read anew
            made.seek(partition, next);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
        synchronized (this) {
            consumer = made;
        }
        return made;
    }

    private void read(Consumer<byte[], byte[]> from, PastJobs past) {
        long retention = System.nanoTime();
        while (!closed) {
            steady(() -> poll(from)).forEach(this::take);
            next = steady(() -> from.position(partition, PATIENCE));
            if (said) {
                said = false;
                LOG.atInfo().addKeyValue("topic", partition.topic()).log("the gateway's jobs can be read again");
            }
            answer(from, past);
            if (System.nanoTime() - retention > 0) {
                places.gone(steady(() ->
                        from.beginningOffsets(List.of(partition), PATIENCE).get(partition)));
                retention = System.nanoTime() + RETENTION_CHECK_NANOS;
            }
            full = places.isFull();
        }
    }

    /** What comes until somebody asks; and what is there then, so that many who ask do not keep it from coming. */
    private static ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> from) {
        try {
            return from.poll(POLL);
        } catch (WakeupException e) {
            return from.poll(Duration.ZERO);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        job(record).filter(job -> !places.isFull()).ifPresent(job -> {
            places.offered(job.place(), job.after(), record.offset());
            lately.put(record.offset(), job);
        });
    }

    static Optional<StoredJob> job(ConsumerRecord<byte[], byte[]> record) {
        String place = record.key() == null ? "" : new String(record.key(), StandardCharsets.US_ASCII);
        return place.matches("[0-9a-f]{32}") && record.value() != null
                ? StoredJob.of(place, record.value(), record.offset())
                : Optional.empty();
    }

    private void answer(Consumer<byte[], byte[]> from, PastJobs past) {
        takeQuestions();
        if (waiting.isEmpty()) {
            return;
        }
        if (waiting.stream().anyMatch(question -> question.until < 0 && question.written < 0)) {
            long end =
                    steady(() -> from.endOffsets(List.of(partition), PATIENCE).get(partition));
            waiting.stream()
                    .filter(question -> question.until < 0 && question.written < 0)
                    .forEach(question -> question.until = end);
        }
        List<Question> due = waiting.stream()
                .filter(question -> next >= (question.written < 0 ? question.until : question.written + 1))
                .toList();
        waiting.removeAll(due);
        Map<Question, Long> asked = new LinkedHashMap<>();
        for (Question question : due) {
            OptionalLong offset = question.holder ? places.holder(question.place) : places.kept(question.written);
            asked.put(question, offset.orElse(NOWHERE));
        }
        try {
            Map<Long, StoredJob> jobs = at(past, asked.values());
            asked.forEach((question, offset) -> question.answer.complete(Optional.ofNullable(jobs.get(offset))
                    .filter(found -> found.place().equals(question.place))));
        } catch (RuntimeException e) {
            due.forEach(question -> question.answer.completeExceptionally(e));
        }
    }

    /** What is not kept any more is read together: far from the broker each read is a round trip, for which all wait. */
    private Map<Long, StoredJob> at(PastJobs past, Collection<Long> offsets) {
        Map<Long, StoredJob> jobs = new HashMap<>();
        NavigableSet<Long> unread = new TreeSet<>(offsets);
        unread.remove(NOWHERE);
        unread.removeIf(offset -> {
            StoredJob job = lately.get(offset);
            return job != null && jobs.put(offset, job) == null;
        });
        past.at(unread).forEach((offset, job) -> {
            jobs.put(offset, job);
            lately.put(offset, job); // who asks for it asks again
        });
        return jobs;
    }

    /** Does something that a question may wake up, which is not to end it. */
    private <T> T steady(Supplier<T> task) {
        while (true) {
            try {
                return task.get();
            } catch (WakeupException e) {
                if (closed) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        thread.interrupt();
    }

    /** The record's value of a job. */
    static byte[] value(StoredJob job) {
        try {
            return job.value();
        } catch (IOException e) {
            throw new IllegalStateException(e); // never into memory
        }
    }
}
