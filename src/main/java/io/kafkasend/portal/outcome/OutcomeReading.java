package io.kafkasend.portal.outcome;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads answer topics for all who ask at once, by one consumer on one thread: what it has read answers whoever comes next. It
 * ends when nobody has asked for a while, and what it knows with it. {@link #add} and {@link #close} are thread-safe.
 */
final class OutcomeReading {
    /** How far the clocks of two portals of a group may differ. */
    private static final long SKEW_MILLIS = 60_000;

    private static final long LINGER_MILLIS = 10_000;

    private final Properties properties;
    private final String responseTopic;
    private final Map<TopicPartition, PartitionOutcomes> known = new HashMap<>();
    private List<Waiting> waiting = new ArrayList<>();
    private KafkaConsumer<byte[], byte[]> consumer;
    private boolean ended;

    /** A question, and where its answer goes. */
    private record Waiting(String topic, OutcomeQuestion question, CompletableFuture<Found> answer) {
        long since() {
            return Math.max(0, question.sinceMillis() - SKEW_MILLIS);
        }

        TopicPartition partition(int partitions) {
            byte[] key = question.job().key();
            return new TopicPartition(topic(), BuiltInPartitioner.partitionForKey(key, partitions));
        }
    }

    OutcomeReading(Properties properties, String responseTopic) {
        this.properties = properties;
        this.responseTopic = responseTopic;
    }

    void start() {
        DaemonThreads.named("kafkasend-outcomes", this::run).start();
    }

    /**
     * Asks.
     *
     * @param answer completed with what is there; exceptionally, with one line, when that cannot be told
     * @return false when the reading has ended
     */
    synchronized boolean add(OutcomeQuestion question, CompletableFuture<Found> answer) {
        if (!ended) {
            waiting.add(new Waiting(question.replyTopic().orElse(responseTopic), question, answer));
            notifyAll();
        }
        return !ended;
    }

    /** Ends it soon. */
    synchronized void close() {
        ended = true;
        if (consumer != null) {
            consumer.wakeup();
        }
        notifyAll();
    }

    private void run() {
        List<Waiting> asking = List.of();
        String why = "the portal is stopping";
        try (KafkaConsumer<byte[], byte[]> reader = ClassesOfKafka.within(() -> new ClosingConsumer(properties))) {
            begun(reader);
            while (!(asking = awaitQuestions()).isEmpty()) {
                answer(reader, asking);
            }
        } catch (Throwable e) { // an Error, too: nobody may be left waiting, and who asks next has a new thread
            why = Refusal.orShown(e);
        } finally {
            fail(asking, why);
            fail(end(), why);
        }
    }

    private static void fail(List<Waiting> asking, String why) {
        asking.forEach(one -> one.answer().completeExceptionally(new KafkaException(why)));
    }

    private synchronized void begun(KafkaConsumer<byte[], byte[]> reader) {
        consumer = reader;
        if (ended) {
            reader.wakeup();
        }
    }

    /** All questions that wait; empty when there have been none for a while, upon which there will be none. */
    private synchronized List<Waiting> awaitQuestions() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS);
        while (waiting.isEmpty() && !ended) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left > 0) {
                wait(left);
            } else {
                ended = true;
            }
        }
        return ended ? List.of() : takeWaiting();
    }

    private synchronized List<Waiting> end() {
        ended = true;
        consumer = null;
        return takeWaiting();
    }

    private List<Waiting> takeWaiting() {
        List<Waiting> all = waiting;
        waiting = new ArrayList<>();
        return all;
    }

    private void answer(KafkaConsumer<byte[], byte[]> reader, List<Waiting> asking) {
        Map<TopicPartition, List<Waiting>> byPartition = new HashMap<>();
        asking.stream()
                .collect(Collectors.groupingBy(Waiting::topic))
                .forEach((topic, questions) -> apart(questions, () -> {
                    List<PartitionInfo> found = reader.partitionsFor(topic);
                    if (found == null || found.isEmpty()) {
                        throw new KafkaException("the topic " + topic + " does not exist");
                    }
                    int partitions = found.size();
                    questions.forEach(one -> byPartition
                            .computeIfAbsent(one.partition(partitions), it -> new ArrayList<>())
                            .add(one));
                }));
        Map<TopicPartition, Long> ends = new HashMap<>();
        byPartition.forEach((partition, questions) -> apart(questions, () -> {
            List<OutcomeQuestion> asked =
                    questions.stream().map(Waiting::question).toList();
            long since = questions.stream().mapToLong(Waiting::since).min().orElseThrow();
            PartitionOutcomes outcomes = known.get(partition);
            if (outcomes == null || !outcomes.canTell(since, asked)) {
                outcomes = new PartitionOutcomes(since, first(reader, partition, since));
            }
            outcomes.ask(asked);
            if (!outcomes.isFresh()) {
                ends.put(partition, end(reader, partition));
            }
            known.put(partition, outcomes);
        }));
        read(reader, ends);
        byPartition.forEach((partition, questions) -> questions.stream()
                .filter(one -> !one.answer().isDone())
                .forEach(one -> one.answer().complete(known.get(partition).find(one.question()))));
    }

    /** What fails of one topic or partition is no failure of the others. */
    private static void apart(List<Waiting> questions, Runnable work) {
        try {
            work.run();
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            fail(questions, Refusal.orShown(e));
        }
    }

    private static long first(KafkaConsumer<byte[], byte[]> reader, TopicPartition partition, long since) {
        OffsetAndTimestamp first =
                reader.offsetsForTimes(Map.of(partition, since)).get(partition);
        // None of that time or later: the end.
        return first != null ? first.offset() : end(reader, partition);
    }

    private static long end(KafkaConsumer<byte[], byte[]> reader, TopicPartition partition) {
        return reader.endOffsets(List.of(partition)).get(partition);
    }

    /** Reads on to these ends. */
    private void read(KafkaConsumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        long begin = System.nanoTime();
        reader.assign(ends.keySet());
        reader.resume(ends.keySet());
        ends.keySet()
                .forEach(
                        partition -> reader.seek(partition, known.get(partition).next()));
        Map<TopicPartition, Long> open = new HashMap<>(ends);
        while (true) {
            open.entrySet().removeIf(end -> {
                PartitionOutcomes outcomes = known.get(end.getKey());
                outcomes.readTo(reader.position(end.getKey()));
                boolean whole = outcomes.next() >= end.getValue();
                if (whole) {
                    outcomes.refreshed(begin);
                    reader.pause(List.of(end.getKey()));
                }
                return whole;
            });
            if (open.isEmpty()) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(200))) {
                known.get(new TopicPartition(record.topic(), record.partition()))
                        .note(record);
            }
        }
    }

    /** Closes at once: without a group there is nobody to tell. */
    private static final class ClosingConsumer extends KafkaConsumer<byte[], byte[]> {
        ClosingConsumer(Properties properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public void close() {
            close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
