package io.kafkasend.gateway.relay;

import io.kafkasend.client.Receipt;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.protocol.JobId;
import io.kafkasend.sending.SentRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that are recorded and of which nobody has said anything: their gateway may have been killed before Kafka had their START. Whether
 * Kafka has it is looked for once a gateway that lives would have sent it, and not of a job that this gateway itself begins. Thread-safe.
 */
final class LostJobs {
    private static final Logger LOG = LoggerFactory.getLogger(LostJobs.class);

    /** A gateway sends START some milliseconds after the job's record; a portal that works on one says so after a second. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** How far clocks may be apart: see "Timeouts" in PROTOCOL.md. */
    private static final Duration CLOCKS = Duration.ofSeconds(30);

    private static final int MOST_KNOWN = 10_000;

    /** How long others may look before. */
    private static final long TURN_SECONDS = 10;

    private final SentRequests requests;
    private final Duration timeout;
    private final Semaphore turn = new Semaphore(1, true);
    private final ConcurrentMap<JobId, CompletableFuture<Void>> beginning = new ConcurrentHashMap<>();
    private final Set<String> known = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_KNOWN;
        }
    }));

    /**
     * @param requests looked at
     * @param timeout how long a request may take
     */
    LostJobs(SentRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    /** This gateway begins a job; whether no other request here does so already. */
    boolean begins(JobId id) {
        return beginning.putIfAbsent(id, new CompletableFuture<>()) == null;
    }

    /** What began the job is over: Kafka has it, or will not get it by that. */
    void begun(JobId id) {
        CompletableFuture<Void> over = beginning.remove(id);
        if (over != null) {
            over.complete(null);
        }
    }

    /** Ends once what begins the job here is over; empty where nothing does. */
    Optional<CompletableFuture<Void>> beginning(JobId id) {
        return Optional.ofNullable(beginning.get(id));
    }

    /** Kafka has the START of a job. */
    void isThere(Receipt receipt) {
        known.add(receipt.requestSha256());
    }

    /** How long to wait for a word of a job before it is looked for; zero where it need not be. */
    Duration patience(StoredJob job) {
        if (isNotLost(job)) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(Instant.now(), job.receipt().since().plus(PATIENCE));
        return left.isNegative() ? Duration.ZERO : left.compareTo(PATIENCE) > 0 ? PATIENCE : left; // clocks differ
    }

    /** Whether Kafka is known to have a job's START, or is to get it from this gateway. */
    boolean isNotLost(StoredJob job) {
        return isKnown(job) || beginning.containsKey(job.receipt().jobId());
    }

    private boolean isKnown(StoredJob job) {
        return known.contains(job.receipt().requestSha256());
    }

    /**
     * Which START of a job Kafka had first.
     *
     * @param begun those that may have been sent
     * @return empty where it has none
     * @throws KafkaException where it does not say
     */
    Optional<StoredJob> first(List<StoredJob> begun) throws InterruptedException {
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        if (!turn.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("other jobs are looked for");
        }
        try {
            Optional<StoredJob> known = begun.size() > 1
                    ? Optional.empty()
                    : begun.stream().filter(this::isKnown).findFirst();
            return known.isPresent() ? known : look(begun);
        } finally {
            turn.release();
        }
    }

    private Optional<StoredJob> look(List<StoredJob> begun) {
        JobId id = begun.get(0).receipt().jobId();
        Instant since = begun.stream()
                .map(job -> job.receipt().since())
                .min(Instant::compareTo)
                .orElseThrow();
        Set<String> digests =
                begun.stream().map(job -> job.receipt().requestSha256()).collect(Collectors.toSet());
        Optional<String> digest = requests.first(id, digests, since);
        LOG.atInfo()
                .addKeyValue("job_id", id.value())
                .addKeyValue("sent", digest.isPresent())
                .log("nothing was heard of a job: Kafka was asked whether it has it");
        return digest.map(first -> begun.stream()
                .filter(job -> job.receipt().requestSha256().equals(first))
                .findFirst()
                .orElseThrow());
    }

    /**
     * Whether nothing more can come of a job that has failed: not where it was begun more than once, and a START of it may be on its way
     * yet, which a portal that has forgotten the first would take.
     */
    boolean isOver(List<StoredJob> begun) {
        return begun.size() == 1
                || begun.stream().allMatch(job -> Instant.now()
                        .isAfter(job.receipt().since().plus(timeout).plus(CLOCKS)));
    }
}
