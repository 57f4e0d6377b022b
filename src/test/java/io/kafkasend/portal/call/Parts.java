package io.kafkasend.portal.call;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.Stopping;
import io.kafkasend.portal.body.BodyBudget;
import io.kafkasend.portal.body.ChunkStore;
import io.kafkasend.portal.body.ChunkStream;
import io.kafkasend.portal.body.MemoryStore;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.Expiry;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.Turns;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.kafka.ReplyTopics;
import io.kafkasend.portal.ledger.CommitMarks;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.OffsetRuns;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.outcome.Found;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.portal.report.DeadLetters;
import io.kafkasend.portal.report.LookBackThreads;
import io.kafkasend.portal.report.Outbox;
import io.kafkasend.portal.report.Settlement;
import io.kafkasend.portal.report.UnsentReport;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.requester.Shares;
import io.kafkasend.portal.respond.ArrivalThreads;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import io.kafkasend.security.client.ClientPolicy;
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
public final class Parts {
    public static final TopicPartition PARTITION = new TopicPartition("api-requests", 0);

    /** A client that signs nothing and may ask for whatever the settings allow. */
    public static final Requester UNSIGNED = new Requester(null, () -> Optional.of(ClientPolicy.UNNARROWED), null);

    public final CamelContext context = new DefaultCamelContext();
    public final PortalConfiguration configuration;
    public final CallSlots slots;
    public final KnownClients clients;
    public final Shares shares;
    public final Turns turns;
    public final Ledger ledger;
    public final BodyBudget bodies;
    public final Jobs jobs;
    public final Outbox outbox;
    public final Stopping stopping;
    public final ArrivalThreads arrivals;
    public final PortalEvents events = new PortalEvents();
    public final ReplyTopics replyTopics;
    /** Jobs that have an outcome in the response topic. */
    public final Set<JobId> answered = new HashSet<>();

    /** Jobs whose answer has begun to stream there. */
    public final Set<JobId> begun = new HashSet<>();

    public final OutcomeLookup outcomes = question -> answered.contains(question.job())
            ? Found.WHOLE
            : begun.contains(question.job()) ? Found.STREAM : Found.NOTHING;
    public final List<String> discarded = new CopyOnWriteArrayList<>();
    public final List<String> forced = new CopyOnWriteArrayList<>();

    public Parts(Map<String, String> settings) {
        context.init(); // from here on headers ignore case
        configuration = Configurations.with(settings);
        clients = new KnownClients(configuration);
        shares = new Shares(configuration, clients);
        slots = new CallSlots(configuration, shares);
        turns = new Turns(configuration, shares);
        ledger = new Ledger(slots, configuration);
        bodies = new BodyBudget(configuration, shares);
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
        FailStop failStop = new FailStop(code -> {}, System::nanoTime);
        replyTopics = new ReplyTopics(configuration, failStop);
        arrivals = new ArrivalThreads(failStop);
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
                new CallThreads(configuration, failStop),
                new LookBackThreads(failStop),
                new KafkaClients(ledger, configuration, failStop));
        stopping.setCamelContext(context);
    }

    public Parts() {
        this(Map.of());
    }

    /** Begins the partition's assignment with what an earlier one left: read up to the horizon, calls begun. */
    public void begin(long safe, long horizon, Long... begun) {
        CommitMarks marks =
                new CommitMarks(safe, horizon, horizon, new OffsetRuns(), new TreeSet<>(List.of(begun)), Set.of(), 0);
        ledger.begin(Map.of(PARTITION, new OffsetAndMetadata(safe, marks.metadata())), Map.of(PARTITION, horizon));
    }

    /** Notes a record and gives its entry. */
    public LedgerEntry read(long offset) {
        ledger.note(records(PARTITION, offset));
        return ledger.entry(PARTITION.topic(), PARTITION.partition(), offset);
    }

    /** The offset that may be committed for the partition; null when there is none. */
    public Long safe() {
        var safe = ledger.safeOffsets(List.of(PARTITION)).get(PARTITION);
        return safe == null ? null : safe.offset();
    }

    /** A job that is being assembled. */
    public Job open(RequestStart start, long offset) {
        try {
            return open(start, offset, UNSIGNED);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** The digest of a START as our client sends it. */
    public static String digest(RequestStart start) {
        return RequestDigest.of(new MessageWriter().write(start));
    }

    /** A job that is being assembled, of some client. */
    public Job open(RequestStart start, long offset, Requester caller) throws RefusedException {
        return jobs.open(start, digest(start), read(offset), caller, Expiry.NEVER);
    }

    /** A job that is in call. */
    public Job call(RequestStart start, long offset) {
        Job job = open(start, offset);
        IntStream.range(0, start.totalChunks()).forEach(i -> take(job, i, "chunk" + i, offset + 1 + i));
        if (!jobs.leaveAssembly(job)) {
            throw new AssertionError("not begun");
        }
        job.enter(Phase.CALLING);
        return job;
    }

    /** A chunk joins its job. */
    public void take(Job job, int sequence, String data, long offset) {
        try {
            job.body().add(Start.chunk(job.start(), sequence, data));
            job.records().bind(read(offset));
        } catch (ProtocolException | RefusedException | SpoolException e) {
            throw new AssertionError(e);
        }
    }

    /** A body in memory. */
    public static ChunkStore body(byte[]... chunks) {
        MemoryStore store = new MemoryStore();
        for (int i = 0; i < chunks.length; i++) {
            store.put(i, chunks[i]);
        }
        return store;
    }

    /** What is in a body, as text. */
    public static String text(ChunkStore body) {
        try {
            return new String(new ChunkStream(body).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    public Exchange exchange() {
        return new DefaultExchange(context);
    }

    public Exchange exchange(Job job) {
        Exchange exchange = exchange();
        JobExchange.of(exchange).job(job);
        return exchange;
    }

    /** A decoded message on its way to admission. */
    public Exchange exchange(RequestMessage message, LedgerEntry record) {
        Exchange exchange = exchange();
        exchange.getIn().setBody(message);
        exchange.getIn().setHeader(JobExchange.JOB_ID, message.jobId().value());
        JobExchange.of(exchange).record(record);
        JobExchange.of(exchange).caller(UNSIGNED);
        if (message instanceof RequestStart start) {
            JobExchange.of(exchange).request(digest(start));
        }
        return exchange;
    }

    public static ConsumerRecords<Object, Object> records(TopicPartition partition, long... offsets) {
        List<ConsumerRecord<Object, Object>> list = java.util.Arrays.stream(offsets)
                .mapToObj(offset -> new ConsumerRecord<Object, Object>(
                        partition.topic(), partition.partition(), offset, new byte[0], new byte[0]))
                .toList();
        return new ConsumerRecords<>(Map.of(partition, list), Map.of());
    }
}
