package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.ClientMemory;
import io.kafkasend.client.internal.ClientMeters;
import io.kafkasend.client.internal.PortalGroup;
import io.kafkasend.client.internal.Silence;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.kafka.ClassesOfKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's consumer, on a thread of its own. It is assigned to every partition of the response topic, without a group,
 * and its positions are known before {@link #ready} completes: whatever is answered after that is seen. Looks at each
 * record's key, and at the value of none that is not waited for. {@link #ready} and {@link #close} are thread-safe.
 */
final class Receiver implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
    private static final int KEY_LENGTH = 36;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(20);
    private static final long PARTITION_CHECK_NANOS = 1_000_000_000L; // of what the consumer knows; it costs no request

    private final ClientSettings settings;
    private final KafkaFailure failures;
    private final ConcurrentMap<String, Job> jobs;
    private final PortalGroup portals;
    private final ClientMeters meters;
    private final ClientMemory memory = ClientMemory.ofThisProcess();
    private final Thread thread;

    private CompletableFuture<Void> ready; // null: nobody has asked since the last failure
    private Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    Receiver(
            ClientSettings settings,
            KafkaFailure failures,
            ConcurrentMap<String, Job> jobs,
            PortalGroup portals,
            ClientMeters meters) {
        this.settings = settings;
        this.failures = failures;
        this.jobs = jobs;
        this.portals = portals;
        this.meters = meters;
        this.thread = DaemonThreads.named("kafkasend-receiver", this);
        thread.start();
    }

    /** Completes when answers can be received; exceptionally, with a {@link ClientException}, when they cannot. */
    synchronized CompletableFuture<Void> ready() {
        if (closed) {
            return CompletableFuture.failedFuture(new ClientException(Kind.CLOSED, "the client was closed"));
        }
        if (ready == null) {
            ready = new CompletableFuture<>();
            notifyAll();
        }
        return ready;
    }

    /** Ends the thread, and waits for it a while. */
    void close(Duration wait) throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
            if (consumer != null) {
                consumer.wakeup();
            } else {
                thread.interrupt(); // it may be waiting for a broker
            }
        }
        thread.join(wait.toMillis());
    }

    @Override
    public void run() {
        CompletableFuture<Void> wanted;
        while ((wanted = awaitWanted()) != null) {
            try (Consumer<byte[], byte[]> connected = connect()) {
                wanted.complete(null);
                poll(connected);
            } catch (WakeupException e) {
                LOG.debug("The receiver is closed");
            } catch (KafkaException | ClientException e) {
                giveUp(wanted, failures.explain(e, "receiving from topic " + settings.answerTopic()));
            } catch (RuntimeException | Error e) {
                broke(wanted, e);
            }
        }
    }

    /** Whatever it was, and though it come again: nobody is left waiting, and the thread goes on. */
    private void broke(CompletableFuture<Void> wanted, Throwable failure) {
        ClientException reason = new ClientException(
                Kind.NO_BROKER, "receiving from topic " + settings.answerTopic() + " failed: " + failure, failure);
        try {
            LOG.error("The receiver failed", failure);
        } catch (Error e) {
            reason.addSuppressed(e);
        }
        giveUp(wanted, reason);
    }

    private synchronized CompletableFuture<Void> awaitWanted() {
        while (!closed && ready == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        return closed ? null : ready;
    }

    /** All jobs fail; the next one tries to connect again. */
    private void giveUp(CompletableFuture<Void> wanted, ClientException reason) {
        synchronized (this) {
            ready = null;
        }
        wanted.completeExceptionally(reason);
        for (Job job : jobs.values()) {
            try {
                job.fail(reason);
            } catch (RuntimeException | Error e) {
                LOG.debug("A job that failed cannot be told of it jobId={}: {}", job.id(), e.toString());
            }
        }
    }

    private Consumer<byte[], byte[]> connect() {
        Consumer<byte[], byte[]> connecting = ClassesOfKafka.within(() -> new ClosingConsumer(settings.consumer()));
        try {
            int partitions = partitions(
                    connecting, settings.answerTopic(), settings.replyTo() == null ? "--response-topic" : "--reply-to");
            partitions(connecting, settings.requestTopic(), "--request-topic");
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(number -> new TopicPartition(settings.answerTopic(), number))
                    .toList();
            connecting.assign(all);
            // The ends are asked for, not sought lazily at the first poll, which may come after the answer.
            Map<TopicPartition, Long> ends = connecting.endOffsets(all, settings.connectTimeout());
            ends.forEach(connecting::seek);
            meters.offerBy(connecting::registerMetricForSubscription);
        } catch (RuntimeException e) {
            connecting.close();
            throw e;
        }
        synchronized (this) {
            consumer = connecting;
            if (closed) {
                connecting.wakeup();
            }
        }
        return connecting;
    }

    /**
     * How many partitions a topic has that must be there; asking creates none.
     *
     * @param option by which the commands know the topic
     */
    private int partitions(Consumer<byte[], byte[]> consumer, String topic, String option) {
        List<PartitionInfo> found;
        try {
            found = consumer.partitionsFor(topic, settings.connectTimeout());
        } catch (KafkaException e) {
            throw failures.explain(e, "looking for topic " + topic);
        }
        if (found == null || found.isEmpty()) {
            throw Topics.missing(topic, option);
        }
        return found.size();
    }

    private void poll(Consumer<byte[], byte[]> from) {
        try {
            Silence silence = new Silence(from::metrics, System.nanoTime());
            long nextPartitionCheck = System.nanoTime() + PARTITION_CHECK_NANOS;
            while (!closed) {
                try {
                    Duration wait = from.paused().isEmpty() ? POLL : POLL_WHILE_PAUSED;
                    for (ConsumerRecord<byte[], byte[]> record : from.poll(wait)) {
                        dispatch(record);
                    }
                    if (System.nanoTime() - nextPartitionCheck > 0) {
                        assignNewPartitions(from);
                        nextPartitionCheck = System.nanoTime() + PARTITION_CHECK_NANOS;
                    }
                } catch (RetriableException e) {
                    LOG.debug("Kafka's consumer goes on after: {}", e.toString());
                }
                pauseWhereBehind(from);
                long now = System.nanoTime();
                OptionalLong silent = silence.seconds(now, from.paused().isEmpty());
                for (Job job : jobs.values()) {
                    if (job.isToAskForPortals(now)) {
                        portals.members().thenAccept(job::portals);
                    }
                    job.expire(now, silent);
                }
            }
        } finally {
            synchronized (this) {
                consumer = null;
            }
        }
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        if (key == null || key.length != KEY_LENGTH) {
            return;
        }
        Job job = jobs.get(new String(key, StandardCharsets.ISO_8859_1));
        if (job != null) {
            meters.received(record.topic(), record.value() == null ? 0 : record.value().length);
            job.receive(record);
        }
    }

    /** A partition that was added may hold answers already, so it is read from its beginning. */
    private void assignNewPartitions(Consumer<byte[], byte[]> from) {
        List<PartitionInfo> known = from.partitionsFor(settings.answerTopic(), Duration.ofSeconds(1));
        Set<TopicPartition> assigned = from.assignment();
        List<TopicPartition> added = known.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .filter(partition -> !assigned.contains(partition))
                .toList();
        if (!added.isEmpty()) {
            LOG.info("New partitions of the response topic: {}", added);
            List<TopicPartition> all = new ArrayList<>(assigned);
            all.addAll(added);
            from.assign(all); // the others keep their positions
            from.seekToBeginning(added);
        }
    }

    /** Keeps what waits for slow targets bounded; a job's deadline bounds how long it can hold back others. */
    private void pauseWhereBehind(Consumer<byte[], byte[]> from) {
        long all = jobs.values().stream().mapToLong(Job::backlog).sum();
        // One job may have much to wait for; but many jobs together no more than all may.
        long most = all > memory.allBacklogs() ? 0 : memory.backlog();
        Set<TopicPartition> behind = new HashSet<>();
        for (Job job : jobs.values()) {
            TopicPartition partition = job.partition();
            if (partition != null && job.backlog() > most) {
                behind.add(partition);
            }
        }
        Set<TopicPartition> paused = from.paused();
        if (!behind.equals(paused)) {
            from.resume(paused);
            from.pause(behind);
        }
    }

    /**
     * Closes at once: without a group there is nobody to tell, and the fetch under way, which may take 500 ms, is not wanted.
     */
    private static final class ClosingConsumer extends KafkaConsumer<byte[], byte[]> {
        ClosingConsumer(Map<String, Object> properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public void close() {
            close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
