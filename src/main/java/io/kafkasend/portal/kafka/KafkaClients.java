package io.kafkasend.portal.kafka;

import io.kafkasend.concurrent.DoublingWait;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.kafka.OrderedProducer;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.kafka.Upkeep;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.settings.HeapBudget;
import io.kafkasend.portal.settings.Membership;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the portal's Kafka clients: each connects as the KAFKA_ settings say, and the consumer is that of the
 * {@link Ledger}. So no secret stands in an endpoint's URI, where Camel would show it. Thread-safe.
 */
public final class KafkaClients extends DefaultKafkaClientFactory {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaClients.class);
    /** Kafka's own default of buffer.memory, which the routes leave to the producer of answers alone. */
    private static final long KAFKAS_BUFFER_BYTES = 32L << 20;

    /** How long a producer that is closed may go on sending. */
    private static final Duration MOST_TO_CLOSE = Duration.ofMillis(200);

    private static final int ASK_MILLIS = 5_000;
    /** Also between polls that Kafka refuses. */
    static final DoublingWait RESTS = new DoublingWait(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Ledger ledger;
    private final Map<String, String> security;
    private final HeapBudget heap;
    private final Membership membership;
    private final FailStop failStop;
    private final Grace grace;
    private final ThreadWatch lookout;
    private final PollPulse pulse = new PollPulse(System::nanoTime);
    private final BrokerWatch brokers;
    private final StandstillWatch standstill = new StandstillWatch(System::nanoTime);
    private final List<WatchedProducer> producers = new CopyOnWriteArrayList<>();
    private final List<LedgerConsumer> consumers = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
    private final List<SendListener> sendListeners = new CopyOnWriteArrayList<>();
    private final List<java.util.function.Consumer<Consumer<Object, Object>>> readListeners =
            new CopyOnWriteArrayList<>();
    private volatile BooleanSupplier nothingIsOwed = () -> false;
    private boolean admitted;

    /**
     * @param ledger is told what the consumer reads, and says what it may commit
     * @param configuration says how Kafka is to be reached
     * @param failStop ends a portal whose clients cannot go on
     */
    public KafkaClients(Ledger ledger, PortalConfiguration configuration, FailStop failStop) {
        this.ledger = ledger;
        this.failStop = failStop;
        this.grace = configuration.grace();
        this.brokers = new BrokerWatch(configuration.settings().get(KafkaSettings.BOOTSTRAP_SERVERS), System::nanoTime);
        this.lookout = new ThreadWatch(failStop, this::lookAfterBrokers);
        this.security = KafkaSecurity.of(configuration.settings()::get).properties();
        this.heap = configuration.heap();
        this.membership = Membership.of(configuration.settings());
    }

    @Override
    public Consumer<Object, Object> getConsumer(Properties properties) {
        try {
            pulse.none();
            awaitAdmission(properties);
            LedgerConsumer consumer = new LedgerConsumer(
                    forConsumer(properties), ledger, failStop, grace, pulse, () -> nothingIsOwed.getAsBoolean());
            consumers.removeIf(LedgerConsumer::closed);
            consumers.add(consumer);
            readListeners.forEach(listener -> listener.accept(consumer));
            lookout.watchPolling(consumer::polledBy, consumer::closed);
            return consumer;
        } catch (Error e) {
            failStop.pollBroke(e);
            throw new KafkaException("the consumer cannot be made: " + EnduringTask.shown(e)); // Camel tries again
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // Camel's own signature
    public Producer getProducer(Properties properties) {
        awaitAdmission(properties);
        return watched(forProducer(properties));
    }

    /** Whether and what the portal reads. */
    public PollPulse pulse() {
        return pulse;
    }

    /** The consumers that are not closed. To be looked at, and not used: they belong to their threads. */
    public List<Consumer<Object, Object>> consumers() {
        return consumers.stream()
                .filter(consumer -> !consumer.closed())
                .<Consumer<Object, Object>>map(consumer -> consumer)
                .toList();
    }

    /** The producers that are not closed. */
    public List<Producer<Object, Object>> producers() {
        return producers.stream()
                .filter(producer -> !producer.closed)
                .<Producer<Object, Object>>map(producer -> producer)
                .toList();
    }

    /** How many records were handed to producers, by topic: those that the operator named, and no others. */
    public Map<String, Long> sent() {
        Map<String, Long> counts = new HashMap<>();
        sent.forEach((topic, count) -> counts.put(topic, count.sum()));
        return counts;
    }

    /** Registers who is told what became of each record that was handed to a producer. */
    public void whenSent(SendListener listener) {
        sendListeners.add(listener);
    }

    /** Registers who is told of each new consumer, before it reads; the one before it is closed by then. */
    public void whenReading(java.util.function.Consumer<Consumer<Object, Object>> listener) {
        readListeners.add(listener);
    }

    /**
     * Registers who says whether a portal that ends owes nobody an outcome any more. The consumer leaves its group then, and does not
     * wait until it is closed. Asked on the poll thread, with each poll from the begin of the end on.
     */
    public void leaveWhen(BooleanSupplier nothing) {
        nothingIsOwed = nothing;
    }

    /** What a consumer is made with, where the routes say this. */
    Properties forConsumer(Properties properties) {
        Properties fitting = fitting(properties, Upkeep.ofConsumer());
        membership.into(fitting);
        atMost(fitting, ConsumerConfig.FETCH_MAX_BYTES_CONFIG, heap.fetchBytes());
        atMost(fitting, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, heap.partitionFetchBytes());
        atMost(fitting, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, heap.pollRecords());
        return fitting;
    }

    /** What a producer is made with, where the routes say this. */
    Properties forProducer(Properties properties) {
        Properties fitting = fitting(properties, Upkeep.ofProducer());
        long said = said(fitting, ProducerConfig.BUFFER_MEMORY_CONFIG);
        atMost(
                fitting,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                said >= KAFKAS_BUFFER_BYTES ? heap.answerBufferBytes() : heap.otherBufferBytes(said));
        return fitting;
    }

    /** Lowers what the routes say to what the heap allows; nothing is raised. */
    private static void atMost(Properties properties, String name, long most) {
        if (said(properties, name) > most) {
            properties.put(name, String.valueOf(most));
        }
    }

    /** What the routes say, or Kafka's own default. */
    private static long said(Properties properties, String name) {
        Object said = properties.get(name);
        return said == null ? Long.MAX_VALUE : Long.parseLong(said.toString());
    }

    private synchronized Producer<Object, Object> watched(Properties properties) {
        Set<Thread> before = SendingThread.all();
        WatchedProducer producer = new WatchedProducer(properties);
        producers.removeIf(one -> one.closed);
        producers.add(producer);
        SendingThread.of(producer, before).forEach(thread -> lookout.watchSending(thread, () -> producer.closed));
        return producer;
    }

    /** The consumer never falls silent by itself; a producer does, between answers. */
    private void lookAfterBrokers() {
        List<BrokerWatch.Client> open = new ArrayList<>();
        consumers.stream().filter(LedgerConsumer::asks).forEach(open::add);
        if (open.isEmpty()) {
            brokers.rest();
            return;
        }
        producers.stream().filter(producer -> !producer.closed).forEach(open::add);
        if (brokers.look(open)) {
            pulse.heard();
            standstill.look(pulse.now().sincePoll()); // otherwise the thread may wait for Kafka itself
        }
    }

    /** Ends whatever waits for Kafka within its clients: what is not sent is not sent, and nobody polls on. */
    public void letGo() {
        producers.forEach(producer -> producer.close(Duration.ZERO));
        consumers.stream().filter(consumer -> !consumer.closed()).forEach(LedgerConsumer::wakeup);
    }

    /** Ends what watches over the clients. */
    public void close() {
        lookout.close();
    }

    /** A producer that knows whether it was closed: its thread may be gone then. */
    private final class WatchedProducer extends OrderedProducer<Object, Object> implements BrokerWatch.Client {
        private final ClientMetric received = ClientMetric.receivedBytes(this::metrics, "producer-metrics");
        private volatile boolean closed;

        WatchedProducer(Properties properties) {
            super(properties);
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<Object, Object> record, Callback callback) {
            sent.computeIfAbsent(record.topic(), topic -> new LongAdder()).increment();
            long began = System.nanoTime();
            return super.send(record, (metadata, failure) -> {
                Duration lasted = Duration.ofNanos(System.nanoTime() - began);
                try {
                    sendListeners.forEach(
                            listener -> listener.sent(record.topic(), lasted, Optional.ofNullable(failure)));
                } finally {
                    if (callback != null) {
                        callback.onCompletion(metadata, failure);
                    }
                }
            });
        }

        @Override
        public double receivedBytes() {
            return received.value();
        }

        /** Whoever stops a route has waited already for what was under way. */
        @Override
        public void close() {
            close(MOST_TO_CLOSE);
        }

        @Override
        public void close(Duration timeout) {
            closed = true;
            super.close(timeout);
        }
    }

    /**
     * Waits until Kafka lets the portal in, and each time a line says why it does not. A producer that was refused in its
     * first moments stays broken for ever, so none is made before. Whether a broker can be reached is another matter: for
     * that Kafka's clients wait themselves.
     */
    private synchronized void awaitAdmission(Properties properties) {
        Duration rest = RESTS.first();
        while (!admitted && !security.isEmpty()) {
            Optional<Refusal> refusal = refusal(properties);
            if (refusal.isEmpty()) {
                return;
            }
            LOG.atWarn()
                    .addKeyValue("reason", refusal.get().reason())
                    .addKeyValue("next_try_seconds", rest.toSeconds())
                    .log("Kafka refuses the portal; it starts when this is put right");
            try {
                TimeUnit.SECONDS.sleep(rest.toSeconds());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            rest = RESTS.after(rest);
        }
    }

    private Optional<Refusal> refusal(Properties properties) {
        Map<String, Object> admin = new HashMap<>(security);
        admin.put(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
        admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ASK_MILLIS);
        admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ASK_MILLIS);
        try (Admin asking = Admin.create(admin)) {
            asking.describeCluster().clusterId().get();
            admitted = true;
            return Optional.empty();
        } catch (ExecutionException | KafkaException e) {
            return Refusal.in(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A copy: Camel's health checks show the original. */
    private Properties fitting(Properties properties, Map<String, Integer> upkeep) {
        Properties all = new Properties();
        all.putAll(properties);
        all.putAll(security);
        upkeep.forEach((name, most) -> atMost(all, name, most));
        return all;
    }
}
