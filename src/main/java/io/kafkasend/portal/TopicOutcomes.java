package io.kafkasend.portal;

import io.kafkasend.config.KafkaSecurity;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.protocol.FrameHeaders;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.MessageReader;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for outcomes in the response topic itself, in the one partition that a job's answer goes to, from the time on that
 * its START was sent. Thread-safe; questions wait for one another.
 */
public final class TopicOutcomes implements OutcomeLookup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicOutcomes.class);
    /** How much later than the portals' clocks a client's may be. */
    private static final long SKEW_MILLIS = 60_000;
    /** How long one question may take; after that the job is called, as at least once allows. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** For so long what was read of a partition answers for it. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    /** How many outcomes are remembered of one partition; beyond, reading begins anew. */
    private static final int REMEMBERED = 20_000;

    private final Properties properties;
    private final String responseTopic;
    private final MessageReader reader = new MessageReader();
    private final Map<TopicPartition, Outcomes> known = new HashMap<>();
    private final Map<String, Integer> partitions = new HashMap<>();

    /** What was read of one partition of the response topic. */
    private static final class Outcomes {
        private final long since;
        private final Map<String, Answer> begun = new HashMap<>();
        private final Set<String> whole = new HashSet<>();
        private long next;
        private long readAt;

        Outcomes(long since, long from) {
            this.since = since;
            this.next = from;
        }

        boolean answersFor(long earliest) {
            return since <= earliest && System.nanoTime() - readAt < FRESH_NANOS;
        }
    }

    /** An answer of which not everything was seen. */
    private static final class Answer {
        private final BitSet chunks = new BitSet();
        private Integer total;
        private boolean started;
    }

    /**
     * @param configuration where the response topic is
     */
    public TopicOutcomes(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        this.responseTopic = settings.get(PortalSettings.RESPONSE_TOPIC);
        this.properties = new Properties();
        properties.putAll(KafkaSecurity.of(settings).properties());
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.get(PortalSettings.BOOTSTRAP_SERVERS));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.get(PortalSettings.CONSUMER_GROUP) + "-outcomes");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    }

    /** False also where it cannot be found out, which the log says. */
    @Override
    public synchronized boolean hasOutcome(JobId id, Optional<String> replyTopic, long sentMillis) {
        String topic = replyTopic.orElse(responseTopic);
        byte[] key = id.value().getBytes(StandardCharsets.US_ASCII);
        long since = Math.max(0, sentMillis - SKEW_MILLIS);
        Outcomes fresh = partitions.containsKey(topic) ? known.get(partition(topic, key)) : null;
        if (fresh != null && fresh.answersFor(since)) {
            return fresh.whole.contains(id.value());
        }
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            int count = consumer.partitionsFor(topic).size();
            if (count == 0) {
                return false; // there is no such topic, and so no outcome
            }
            partitions.put(topic, count);
            TopicPartition partition = partition(topic, key);
            consumer.assign(Set.of(partition));
            Outcomes outcomes = known.get(partition);
            if (outcomes == null || outcomes.since > since || outcomes.whole.size() > REMEMBERED) {
                outcomes = begin(consumer, partition, since);
                known.put(partition, outcomes);
            }
            read(consumer, partition, outcomes);
            return outcomes.whole.contains(id.value());
        } catch (KafkaException e) {
            unknown(id, Refusal.in(e).map(Refusal::reason).orElse(e.getMessage()));
            return false;
        }
    }

    private TopicPartition partition(String topic, byte[] key) {
        return new TopicPartition(topic, BuiltInPartitioner.partitionForKey(key, partitions.get(topic)));
    }

    private static Outcomes begin(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long since) {
        OffsetAndTimestamp first =
                consumer.offsetsForTimes(Map.of(partition, since)).get(partition);
        // None of that time or later: the end.
        return new Outcomes(
                since,
                first != null
                        ? first.offset()
                        : consumer.endOffsets(Set.of(partition)).get(partition));
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Outcomes outcomes) {
        long begin = System.nanoTime();
        long end = consumer.endOffsets(Set.of(partition)).get(partition);
        consumer.seek(partition, outcomes.next);
        while (outcomes.next < end) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new KafkaException("the topic has too much to read within " + PATIENCE.toSeconds() + " s");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                note(outcomes, record);
            }
            outcomes.next = consumer.position(partition);
        }
        outcomes.readAt = begin;
    }

    private void note(Outcomes outcomes, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        ResponseMessage message;
        try {
            FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
            message = reader.readResponse(record.key(), frame, record.value());
        } catch (ProtocolException e) {
            return; // no portal's
        }
        String job = message.jobId().value();
        if (message instanceof ResponseStart start) {
            Answer before = outcomes.begun.get(job);
            // One that had begun was broken off; CHUNKs alone have overtaken this START, as in a broker's restart they
            // may.
            Answer answer = before == null || before.started ? new Answer() : before;
            answer.started = true;
            answer.total = start.totalChunks() != null ? start.totalChunks() : answer.total;
            outcomes.begun.put(job, answer);
        } else if (message instanceof ResponseChunk chunk) {
            Answer answer = outcomes.begun.computeIfAbsent(job, it -> new Answer());
            answer.chunks.set(chunk.sequence());
            answer.total = chunk.totalChunks() != null ? chunk.totalChunks() : answer.total;
        } else {
            end(outcomes, job);
            return;
        }
        Answer answer = outcomes.begun.get(job);
        if (answer.started && answer.total != null && answer.chunks.cardinality() == answer.total) {
            end(outcomes, job);
        }
    }

    private static void end(Outcomes outcomes, String job) {
        outcomes.begun.remove(job);
        outcomes.whole.add(job);
    }

    private static void unknown(JobId id, String why) {
        LOG.atWarn()
                .addKeyValue("job_id", id)
                .addKeyValue("reason", why)
                .log("cannot tell whether the job was answered before; it is taken as not answered");
    }
}
