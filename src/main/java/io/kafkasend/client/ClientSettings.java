package io.kafkasend.client;

import io.kafkasend.client.internal.ClientMemory;
import io.kafkasend.client.internal.PortalGroup;
import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.kafka.Crowd;
import io.kafkasend.kafka.Upkeep;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.protocol.TopicName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How a client is set up. Immutable.
 *
 * @param bootstrapServers host:port, separated by commas
 * @param requestTopic where requests go
 * @param responseTopic where answers come from
 * @param kafkaProperties any other property of Kafka's clients, such as those for SASL and TLS
 * @param defaultTimeout a job's deadline where its request has none
 * @param connectTimeout how long the broker may take to answer at all
 * @param maxAnswerBytes the most bytes of an answer that is kept in memory
 * @param uploadThreads how many bodies are sent at the same time
 * @param signingKey signs every request; or null
 * @param replyTo the topic that answers are asked for on, where it is not the portal's own; or null
 * @param modernPortals whether every portal that reads the request topic is known to read CANCEL
 * @param portalGroup the consumer group that portals read the request topic as
 * @param secretHeaders which headers of a request are not to get into Kafka
 * @param streamTimeout how long an answer that streams may take in all; null for no longer than others
 */
record ClientSettings(
        String bootstrapServers,
        String requestTopic,
        String responseTopic,
        Map<String, String> kafkaProperties,
        Duration defaultTimeout,
        Duration connectTimeout,
        long maxAnswerBytes,
        int uploadThreads,
        SigningKey signingKey,
        String replyTo,
        boolean modernPortals,
        String portalGroup,
        SecretHeaders secretHeaders,
        Duration streamTimeout) {
    /** What portals read as, unless they are told otherwise. */
    static final String PORTALS = "kafkasend-portal";

    /** The names of properties that Kafka's clients know, each kind its own. */
    private static final Set<String> PRODUCERS = ClassesOfKafka.within(ProducerConfig::configNames);

    private static final Set<String> CONSUMERS = ClassesOfKafka.within(ConsumerConfig::configNames);
    private static final Set<String> ADMINS = ClassesOfKafka.within(AdminClientConfig::configNames);

    /** The least time that a record is tried for: what Kafka's own default is. */
    private static final long KAFKAS_DELIVERY_MILLIS = 120_000;

    /** What the client's own correctness stands on, whatever the extra properties say. */
    private static final Set<String> OWN = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    ClientSettings {
        kafkaProperties = Map.copyOf(kafkaProperties);
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers is empty; it takes host:port, separated by commas");
        }
        if (requestTopic.isBlank() || responseTopic.isBlank()) {
            throw new IllegalArgumentException("a topic's name is empty");
        }
        if (portalGroup.isBlank()) {
            throw new IllegalArgumentException("the name of the portals' consumer group is empty");
        }
        if (defaultTimeout.isNegative() || defaultTimeout.isZero()) {
            throw new IllegalArgumentException("defaultTimeout must be more than zero");
        }
        if (streamTimeout != null && (streamTimeout.isNegative() || streamTimeout.isZero())) {
            throw new IllegalArgumentException("streamTimeout must be more than zero");
        }
        if (connectTimeout.toMillis() < 1 || connectTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("connectTimeout must be 1 ms to 24 days");
        }
        if (maxAnswerBytes < 0 || maxAnswerBytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("maxAnswerBytes must be 0 to " + (Integer.MAX_VALUE - 8));
        }
        if (replyTo != null && !TopicName.fits(replyTo)) {
            throw new IllegalArgumentException("replyTo takes " + TopicName.FORM);
        }
        if (uploadThreads < 1) {
            throw new IllegalArgumentException("uploadThreads must be at least 1");
        }
    }

    /** Settings of a client that neither signs nor asks for a topic of its own, and knows nothing of the portals. */
    ClientSettings(
            String bootstrapServers,
            String requestTopic,
            String responseTopic,
            Map<String, String> kafkaProperties,
            Duration defaultTimeout,
            Duration connectTimeout,
            long maxAnswerBytes,
            int uploadThreads) {
        this(
                bootstrapServers,
                requestTopic,
                responseTopic,
                kafkaProperties,
                defaultTimeout,
                connectTimeout,
                maxAnswerBytes,
                uploadThreads,
                null,
                null,
                false,
                PORTALS,
                SecretHeaders.OF_EVERYBODY,
                null);
    }

    /** The names that Kafka's clients know: this client's own, or the others. */
    static Set<String> kafkaProperties(boolean own) {
        Set<String> names = new HashSet<>(PRODUCERS);
        names.addAll(CONSUMERS);
        names.addAll(ADMINS);
        names.removeIf(name -> OWN.contains(name) != own);
        return names;
    }

    /** The topic that answers come on. */
    String answerTopic() {
        return replyTo == null ? responseTopic : replyTo;
    }

    Map<String, Object> producer() {
        Map<String, Object> all = new HashMap<>(Upkeep.ofProducer());
        // What comes alone goes at once, and large records fill a batch anyway.
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"); // base64 hardly shrinks, and the limit is the broker's
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, io.kafkasend.protocol.Limits.RECORD_BYTES);
        all.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                ClientMemory.ofThisProcess().producer(uploadThreads));
        all.put(ProducerConfig.SEND_BUFFER_CONFIG, Selectable.USE_DEFAULT_BUFFER_SIZE);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, connectTimeout.toMillis());
        Map<String, Object> extra = extra(PRODUCERS);
        if (!extra.containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                && !extra.containsKey(ProducerConfig.LINGER_MS_CONFIG)) {
            // A broker may be away for as long as a job has time; where the user sets what Kafka ties to it, Kafka
            // decides.
            long millis =
                    Math.max(KAFKAS_DELIVERY_MILLIS, Math.min(defaultTimeout.toSeconds(), Integer.MAX_VALUE) * 1_000);
            all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) Math.min(millis, Integer.MAX_VALUE));
        }
        all.putAll(extra);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true); // keeps a job's records in order through retries
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return all;
    }

    /** What {@link #producer} takes, for a crowd of small records that wait for one another, unless the user says otherwise. */
    Map<String, Object> gatheringProducer() {
        Map<String, Object> all = producer();
        Map<String, Object> gathering = new HashMap<>(Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                Crowd.LINGER_MILLIS,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                Crowd.REQUESTS_IN_FLIGHT,
                ProducerConfig.BATCH_SIZE_CONFIG,
                Crowd.BATCH_BYTES));
        gathering.keySet().removeAll(kafkaProperties.keySet());
        all.putAll(gathering);
        return all;
    }

    Map<String, Object> consumer() {
        ClientMemory memory = ClientMemory.ofThisProcess();
        Map<String, Object> all = new HashMap<>(Upkeep.ofConsumer());
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, memory.partitionFetch());
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, memory.fetch());
        all.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, Selectable.USE_DEFAULT_BUFFER_SIZE);
        all.putAll(extra(CONSUMERS));
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Positions are set by hand. This is for records that retention has deleted meanwhile: skip those, and no more.
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return all;
    }

    Map<String, Object> admin() {
        Map<String, Object> all = new HashMap<>(extra(ADMINS));
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) connectTimeout.toMillis());
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) connectTimeout.toMillis());
        return all;
    }

    /** Who asks Kafka for portals. */
    PortalGroup portals(Executor pool) {
        return new PortalGroup(admin(), requestTopic, portalGroup, connectTimeout, pool);
    }

    /** The extra properties that the client of these names knows, and those that none knows: an interceptor's, say. */
    private Map<String, Object> extra(Set<String> names) {
        Map<String, Object> extra = new HashMap<>();
        extra.put("client.id", "kafkasend-" + UUID.randomUUID().toString().substring(0, 8));
        kafkaProperties.forEach((name, value) -> {
            boolean known = PRODUCERS.contains(name) || CONSUMERS.contains(name) || ADMINS.contains(name);
            if (!OWN.contains(name) && (!known || names.contains(name))) {
                extra.put(name, value);
            }
        });
        return extra;
    }
}
