package io.kafkasend.portal;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.MessageWriter;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.ClientPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.DefaultAggregateController;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The portal's shared beans, put together as beans.camel.yaml does, without routes. */
final class Parts {
    static final TopicPartition PARTITION = new TopicPartition("api-requests", 0);

    /** A client that signs nothing and may ask for whatever the settings allow. */
    static final Caller UNSIGNED = new Caller(null, () -> Optional.of(ClientPolicy.UNNARROWED), null);

    final CamelContext context = new DefaultCamelContext();
    final PortalConfiguration configuration;
    final CallSlots slots;
    final Clients clients;
    final Shares shares;
    final Turns turns;
    final Ledger ledger;
    final Bodies bodies;
    final Jobs jobs;
    final Outbox outbox;
    final Stopping stopping;
    final PortalEvents events = new PortalEvents();
    final ReplyTopics replyTopics;
    /** Jobs that have an outcome in the response topic. */
    final Set<JobId> answered = new HashSet<>();

    final OutcomeLookup outcomes = question -> answered.contains(question.job());
    final List<String> discarded = new CopyOnWriteArrayList<>();
    final List<String> forced = new CopyOnWriteArrayList<>();

    Parts(Map<String, String> settings) {
        context.init(); // from here on headers ignore case
        configuration = Configurations.with(settings);
        clients = new Clients(configuration);
        shares = new Shares(configuration, clients);
        slots = new CallSlots(configuration, shares);
        turns = new Turns(configuration, shares);
        ledger = new Ledger(slots, configuration);
        bodies = new Bodies(configuration, shares);
        jobs = new Jobs(
                configuration,
                slots,
                ledger,
                new DefaultAggregateController() {
                    @Override
                    public int forceDiscardingOfGroup(String key) {
                        discarded.add(key);
                        return 1;
                    }

                    @Override
                    public int forceCompletionOfGroup(String key) {
                        forced.add(key);
                        return 1;
                    }
                },
                bodies,
                shares,
                turns);
        replyTopics = new ReplyTopics(configuration);
        FailStop failStop = new FailStop(code -> {}, System::nanoTime);
        outbox = new Outbox(
                configuration,
                ledger,
                new UnsentReport(configuration, replyTopics, new DeadLetters(configuration, events), events),
                new Settlement(jobs),
                failStop);
        stopping = new Stopping(
                configuration,
                jobs,
                outbox,
                new Callers(configuration, failStop),
                new LookingBack(failStop),
                new KafkaClients(ledger, configuration, failStop));
        stopping.setCamelContext(context);
    }

    Parts() {
        this(Map.of());
    }

    /** Begins the partition's assignment with what an earlier one left: read up to the horizon, calls begun. */
    void begin(long safe, long horizon, Long... begun) {
        Marks marks = new Marks(safe, horizon, horizon, new OffsetRuns(), new TreeSet<>(List.of(begun)), Set.of(), 0);
        ledger.begin(Map.of(PARTITION, new OffsetAndMetadata(safe, marks.metadata())), Map.of(PARTITION, horizon));
    }

    /** Notes a record and gives its entry. */
    LedgerEntry read(long offset) {
        ledger.note(records(PARTITION, offset));
        return ledger.entry(PARTITION.topic(), PARTITION.partition(), offset);
    }

    /** The offset that may be committed for the partition; null when there is none. */
    Long safe() {
        var safe = ledger.safeOffsets(List.of(PARTITION)).get(PARTITION);
        return safe == null ? null : safe.offset();
    }

    /** A job that is being assembled. */
    Job open(RequestStart start, long offset) {
        try {
            return open(start, offset, UNSIGNED);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** The digest of a START as our client sends it. */
    static String digest(RequestStart start) {
        return RequestDigest.of(new MessageWriter().write(start));
    }

    /** A job that is being assembled, of some client. */
    Job open(RequestStart start, long offset, Caller caller) throws RefusedException {
        return jobs.open(start, digest(start), read(offset), caller);
    }

    /** A job that is in call. */
    Job call(RequestStart start, long offset) {
        Job job = open(start, offset);
        IntStream.range(0, start.totalChunks()).forEach(i -> take(job, i, "chunk" + i, offset + 1 + i));
        if (!jobs.beginCall(job)) {
            throw new AssertionError("not begun");
        }
        return job;
    }

    /** A chunk joins its job. */
    void take(Job job, int sequence, String data, long offset) {
        try {
            job.take(Start.chunk(job.start(), sequence, data), read(offset));
        } catch (RefusedException | SpoolException e) {
            throw new AssertionError(e);
        }
    }

    /** A body in memory. */
    static BodyStore body(byte[]... chunks) {
        MemoryStore store = new MemoryStore();
        for (int i = 0; i < chunks.length; i++) {
            store.put(i, chunks[i]);
        }
        return store;
    }

    /** What is in a body, as text. */
    static String text(BodyStore body) {
        try {
            return new String(new ChunkStream(body).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    Exchange exchange() {
        return new DefaultExchange(context);
    }

    Exchange exchange(Job job) {
        Exchange exchange = exchange();
        exchange.setProperty(ExchangeKeys.JOB, job);
        return exchange;
    }

    /** A decoded message on its way to admission. */
    Exchange exchange(RequestMessage message, LedgerEntry record) {
        Exchange exchange = exchange();
        exchange.getIn().setBody(message);
        exchange.getIn().setHeader(ExchangeKeys.JOB_ID, message.jobId().value());
        exchange.setProperty(ExchangeKeys.RECORD, record);
        exchange.setProperty(ExchangeKeys.CALLER, UNSIGNED);
        if (message instanceof RequestStart start) {
            exchange.setProperty(ExchangeKeys.REQUEST, digest(start));
        }
        return exchange;
    }

    static ConsumerRecords<Object, Object> records(TopicPartition partition, long... offsets) {
        List<ConsumerRecord<Object, Object>> list = java.util.Arrays.stream(offsets)
                .mapToObj(offset -> new ConsumerRecord<Object, Object>(
                        partition.topic(), partition.partition(), offset, new byte[0], new byte[0]))
                .toList();
        return new ConsumerRecords<>(Map.of(partition, list), Map.of());
    }
}
