package io.kafkasend.client;

import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The topic of records that name no client: what stands there, and back to the portal with it. Reads without a group. Not
 * thread-safe.
 */
public final class DeadLetterTopic implements AutoCloseable {
    private static final String OWN = "kafkasend.";
    private static final Pattern MOVED = Pattern.compile("kafkasend\\.header\\.(\\d{1,9})\\.(.*)", Pattern.DOTALL);
    private static final String CONNECT = "__connect.errors.";
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Where a record stands.
     *
     * @param partition of the dead-letter topic
     * @param offset there
     */
    public record Place(int partition, long offset) {
        @Override
        public String toString() {
            return partition + ":" + offset;
        }
    }

    /**
     * A dead letter in short.
     *
     * @param place where it stands
     * @param time when it was written
     * @param errorCode what is wrong with it, or "" where that is not said
     * @param reason the same in a line
     * @param bytes the length of its record's value
     */
    public record Summary(Place place, Instant time, String errorCode, String reason, int bytes) {}

    private final String topic;
    private final ClientSettings settings;
    private final KafkaFailure failures;
    private final MessageReader messages = new MessageReader();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /**
     * Connects, and looks for the topic.
     *
     * @param bootstrapServers host:port, separated by commas
     * @param kafkaProperties any other property of Kafka's clients
     * @param topic the dead-letter topic
     * @param timeout how long the broker may take to answer at all
     * @throws ClientException when the broker cannot be asked, or there is no such topic
     */
    public DeadLetterTopic(
            String bootstrapServers, Map<String, String> kafkaProperties, String topic, Duration timeout) {
        this.topic = topic;
        this.settings = new ClientSettings(bootstrapServers, "r", "a", kafkaProperties, timeout, timeout, 0, 1);
        this.failures = new KafkaFailure(bootstrapServers);
        int count;
        try (Topics topics = new Topics(settings)) {
            count = topics.require(topic, "--dead-letter-topic").partitions();
        }
        this.partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        try {
            this.consumer = ClassesOfKafka.within(() -> new KafkaConsumer<>(settings.consumer()));
        } catch (KafkaException e) {
            throw failures.explain(e, "connecting");
        }
    }

    /**
     * The newest dead letters, the newest last.
     *
     * @param limit how many at most
     */
    public List<Summary> list(int limit) {
        PriorityQueue<Summary> newest = new PriorityQueue<>(
                Comparator.comparing(Summary::time).thenComparing(s -> s.place().offset()));
        try {
            Map<TopicPartition, Long> from = new HashMap<>();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, settings.connectTimeout());
            consumer.beginningOffsets(partitions, settings.connectTimeout())
                    .forEach((partition, begin) -> from.put(partition, Math.max(begin, ends.get(partition) - limit)));
            read(from, ends, record -> {
                newest.add(summary(record));
                if (newest.size() > limit) {
                    newest.poll();
                }
            });
        } catch (KafkaException e) {
            throw failures.explain(e, "reading topic " + topic);
        }
        List<Summary> sorted = new ArrayList<>();
        while (!newest.isEmpty()) {
            sorted.add(newest.poll());
        }
        return sorted;
    }

    /** The record at a place; empty when there is none. */
    public Optional<ConsumerRecord<byte[], byte[]>> find(Place place) {
        TopicPartition partition = new TopicPartition(topic, place.partition());
        if (!partitions.contains(partition)) {
            return Optional.empty();
        }
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try {
            long begin = consumer.beginningOffsets(List.of(partition), settings.connectTimeout())
                    .get(partition);
            long end = consumer.endOffsets(List.of(partition), settings.connectTimeout())
                    .get(partition);
            if (place.offset() >= begin && place.offset() < end) {
                read(Map.of(partition, place.offset()), Map.of(partition, place.offset() + 1), record -> {
                    if (record.offset() == place.offset()) {
                        found.add(record);
                    }
                });
            }
        } catch (KafkaException e) {
            throw failures.explain(e, "reading topic " + topic);
        }
        return found.stream().findFirst();
    }

    /** Every dead letter that stands there now, one after the other. */
    public void forEach(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try {
            read(
                    consumer.beginningOffsets(partitions, settings.connectTimeout()),
                    consumer.endOffsets(partitions, settings.connectTimeout()),
                    each);
        } catch (KafkaException e) {
            throw failures.explain(e, "reading topic " + topic);
        }
    }

    private void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        List<TopicPartition> open = new ArrayList<>(from.keySet());
        open.removeIf(partition -> from.get(partition) >= ends.get(partition));
        consumer.assign(open);
        consumer.resume(open); // an earlier reading has paused what it had read to its end
        open.forEach(partition -> consumer.seek(partition, from.get(partition)));
        long progress = System.nanoTime();
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                progress = System.nanoTime();
                if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) {
                    each.accept(record);
                }
            }
            if (open.removeIf(partition -> consumer.position(partition) >= ends.get(partition))) {
                consumer.pause(consumer.assignment().stream()
                        .filter(partition -> !open.contains(partition))
                        .toList());
            }
            if (System.nanoTime() - progress > settings.connectTimeout().toNanos()) {
                throw new org.apache.kafka.common.errors.TimeoutException("no record came");
            }
        }
    }

    /** Hears of a dead letter that is not written back. */
    @FunctionalInterface
    public interface Skipping {
        /**
         * It is not.
         *
         * @param place where it stands
         * @param why in a line
         */
        void skipped(Place place, String why);
    }

    /** A line on what the record has that a dead letter in reduced form is about; empty where the letter lacks nothing. */
    public static Optional<String> lacking(ConsumerRecord<byte[], byte[]> letter) {
        return Originals.isReduced(letter.headers())
                ? Optional.of(Originals.lacking(letter.headers()))
                : Optional.empty();
    }

    /**
     * Writes records back to the topic that the portal reads: key, value and headers as they first came. One in reduced form is
     * completed from the record that it is about, while that is there. What would only become a dead letter again is left out.
     *
     * @param requestTopic where to
     * @param anyway whether that is written, too
     * @param source gives the records, one after the other
     * @param skipping hears what is left out
     * @return how many the broker has
     */
    public int replay(
            String requestTopic,
            boolean anyway,
            Consumer<Consumer<ConsumerRecord<byte[], byte[]>>> source,
            Skipping skipping) {
        try (Topics topics = new Topics(settings)) {
            topics.require(requestTopic, "--request-topic");
        }
        Map<String, Object> properties = settings.producer();
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * io.kafkasend.protocol.Limits.RECORD_BYTES);
        int[] sent = {0};
        try (KafkaProducer<byte[], byte[]> producer = ClassesOfKafka.within(() -> new KafkaProducer<>(properties));
                Originals whole = new Originals(settings)) {
            source.accept(letter -> {
                Place place = new Place(letter.partition(), letter.offset());
                try {
                    ProducerRecord<byte[], byte[]> record = original(letter, requestTopic, whole);
                    Optional<String> comesBack = anyway ? Optional.empty() : comesBack(record);
                    if (comesBack.isPresent()) {
                        skipping.skipped(place, "it can only come back, " + comesBack.get());
                        return;
                    }
                    producer.send(record).get();
                    sent[0]++;
                } catch (Originals.MissingException e) {
                    skipping.skipped(place, e.getMessage());
                } catch (java.util.concurrent.ExecutionException e) {
                    if (!(e.getCause() instanceof RecordTooLargeException)) {
                        throw failures.explain(e, "writing to topic " + requestTopic);
                    }
                    skipping.skipped(place, "topic " + requestTopic + " does not take a record of its size");
                } catch (InterruptedException e) {
                    throw failures.explain(e, "writing to topic " + requestTopic);
                }
            });
        } catch (KafkaException e) {
            throw failures.explain(e, "writing to topic " + requestTopic);
        }
        return sent[0];
    }

    private static ProducerRecord<byte[], byte[]> original(
            ConsumerRecord<byte[], byte[]> letter, String requestTopic, Originals whole)
            throws Originals.MissingException {
        if (Originals.isReduced(letter.headers())) {
            ConsumerRecord<byte[], byte[]> found = whole.of(letter.headers());
            return new ProducerRecord<>(requestTopic, null, found.key(), found.value(), found.headers());
        }
        return new ProducerRecord<>(requestTopic, null, letter.key(), letter.value(), originals(letter.headers()));
    }

    /** Why the portal could name no client for a record, as a portal of this version reads it; empty when it can. */
    private Optional<String> comesBack(ProducerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
            JobId named =
                    messages.readRequest(record.key(), frame, record.value()).jobId();
            return isKey(named, record.key()) ? Optional.empty() : Optional.of("KEY_MISMATCH");
        } catch (ProtocolException e) {
            boolean addressed =
                    e.jobId().filter(named -> isKey(named, record.key())).isPresent();
            return addressed
                    ? Optional.empty()
                    : Optional.of(
                            e.jobId().isPresent() ? "KEY_MISMATCH" : e.code().name());
        }
    }

    private static boolean isKey(JobId id, byte[] key) {
        return Arrays.equals(id.key(), key);
    }

    /** The headers that the record first had; those of one name in their order. */
    static Headers originals(Headers headers) {
        Headers originals = new RecordHeaders();
        TreeMap<Integer, Header> moved = new TreeMap<>();
        for (Header header : headers) {
            Matcher name = MOVED.matcher(header.key());
            if (name.matches()) {
                moved.put(Integer.valueOf(name.group(1)), new RecordHeader(name.group(2), header.value()));
            } else if (!header.key().startsWith(OWN) && !header.key().startsWith(CONNECT)) {
                originals.add(header);
            }
        }
        moved.values().forEach(originals::add); // of several of one name, only the first keeps it
        return originals;
    }

    private static Summary summary(ConsumerRecord<byte[], byte[]> record) {
        return new Summary(
                new Place(record.partition(), record.offset()),
                Instant.ofEpochMilli(record.timestamp()),
                text(record, OWN + "error_code"),
                text(record, CONNECT + "exception.message"),
                Originals.valueBytes(record.headers(), record.value()));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
