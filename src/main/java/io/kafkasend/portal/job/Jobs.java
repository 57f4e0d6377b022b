package io.kafkasend.portal.job;

import io.kafkasend.kafka.Crowd;
import io.kafkasend.portal.body.AssembledBody;
import io.kafkasend.portal.body.BodyBudget;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.PartitionLedger;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.requester.Shares;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.RequestStart;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.processor.aggregate.AggregateController;

/**
 * The jobs that are under way, and the ids of those that have ended, so that what comes twice or late is told from what is
 * new. Both are bounded. Thread-safe.
 */
public final class Jobs {
    /** How many ended ids are remembered: at some 150 bytes each, some 7 MB. */
    private static final int REMEMBERED = 50_000;

    /** Between the default number of callers (10) and what {@link CallSlots} admits (20). */
    private static final int MANY = 12;

    private final PortalConfiguration configuration;
    private final CallSlots slots;
    private final AggregateController assemblies;
    private final BodyBudget bodies;
    private final Shares shares;
    private final Turns turns;
    private final AssemblyTable table;
    private final Map<CorrelationId, Job> open = new ConcurrentHashMap<>();
    /** Ended, and their clients do not have the outcome yet. */
    private final Map<CorrelationId, Job> owing = new ConcurrentHashMap<>();

    private final Crowd crowd = new Crowd(MANY);
    private final AtomicInteger assembling = new AtomicInteger();
    /** Of the poll thread. */
    private boolean givingWay;

    private volatile Consumer<Job> left = job -> {};
    private final List<JobListener> listeners = new CopyOnWriteArrayList<>();

    private final Map<CorrelationId, Boolean> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CorrelationId, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param configuration bounds and timeouts
     * @param slots the calls that may run at once
     * @param ledger tells when a partition is gone, upon which its unfinished assemblies are dropped
     * @param assemblies the aggregator's own hold on the groups
     * @param bodies where what comes of a job is kept
     * @param shares how much of it all one client may take
     * @param turns the whole jobs that wait for a caller
     */
    public Jobs(
            PortalConfiguration configuration,
            CallSlots slots,
            Ledger ledger,
            AggregateController assemblies,
            BodyBudget bodies,
            Shares shares,
            Turns turns) {
        this.configuration = configuration;
        this.slots = slots;
        this.assemblies = assemblies;
        this.bodies = bodies;
        this.shares = shares;
        this.turns = turns;
        this.table = new AssemblyTable(configuration.maxAssemblingJobs(), System::nanoTime);
        bodies.whenShort(this::makeRoom);
        ledger.whenGone(this::dropAssemblies);
        ledger.whenLost(this::giveUpAssemblies);
    }

    /**
     * Opens a job.
     *
     * @param request the {@link io.kafkasend.protocol.RequestDigest} of START
     * @param caller who sent it
     * @param expiry until when its call may begin
     * @throws RefusedException when as many are being assembled or wait as may, or bytes of them are held
     */
    public Job open(RequestStart start, String request, LedgerEntry record, Requester caller, Expiry expiry)
            throws RefusedException {
        Flow flow = caller.flow();
        int waiting = turns.waiting(flow);
        if (waiting >= shares.waiting() || table.of(flow) + waiting >= shares.open(caller)) {
            throw new RefusedException(
                    ErrorCode.TOO_MANY_JOBS, "the client has as many jobs open as it may; try again later");
        }
        boolean comesToWait = waiting >= configuration.maxConcurrentJobs();
        AssembledBody body = bodies.open(start, caller, comesToWait);
        Job job = new Job(start, request, body, record, caller, expiry, configuration);
        if (start.totalChunks() > 0) {
            join(job);
        }
        listeners.forEach(listener -> listener.opened(job));
        assembling.incrementAndGet();
        open.put(job.correlationId(), job);
        return job;
    }

    /** A job takes its place among those being assembled, or another's. */
    private void join(Job job) throws RefusedException {
        if (table.full()) {
            Optional<Job> other = table.yielding(job.flow());
            if (other.isEmpty()) {
                job.body().release();
                job.body().releaseStart();
                throw new RefusedException(ErrorCode.TOO_MANY_JOBS, "the portal is full; try again later");
            }
            giveUp(other.get(), crowdedOut());
        }
        table.add(job);
    }

    private static RefusedException crowdedOut() {
        return new RefusedException(
                ErrorCode.TOO_MANY_JOBS,
                "the portal is full, and the job waited for its chunks for long; try again later");
    }

    /** Ends a job that is being assembled: its ERROR goes out behind this. On the poll thread. */
    private void giveUp(Job job, RefusedException why) {
        table.remove(job);
        job.giveUp(why);
        givingWay = true;
        try {
            assemblies.forceCompletionOfGroup(job.correlationId().toString());
        } finally {
            givingWay = false;
        }
    }

    /** Whether the group that leaves the aggregator on the poll thread is one that gives way. Asked there. */
    public boolean givingWay() {
        return givingWay;
    }

    /** Makes room in memory for a flow: the largest unfinished job of the one that holds most gives way; false where none is. */
    private boolean makeRoom(Flow flow) {
        Optional<Job> other =
                bodies.heaviest().filter(heaviest -> !heaviest.equals(flow)).flatMap(table::largest);
        other.ifPresent(job -> giveUp(job, crowdedOut()));
        return other.isPresent();
    }

    /** A chunk of the job has come. */
    public void touch(Job job) {
        table.touch(job);
    }

    /** The job that is so named, while it is under way. */
    public Optional<Job> find(CorrelationId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** Whether a job that is so named has ended here. */
    public boolean hasEnded(CorrelationId id) {
        synchronized (ended) {
            return ended.containsKey(id);
        }
    }

    /** A whole job waits for its call from now on; false when it has ended already. */
    public boolean leaveAssembly(Job job) {
        if (!job.enter(Phase.WAITING)) {
            return false;
        }
        assembling.decrementAndGet();
        table.remove(job);
        slots.take(job.start().totalChunks());
        return true;
    }

    /** Registers who hears how jobs begin and end. */
    public void whenEnded(JobListener listener) {
        listeners.add(listener);
    }

    /** Hears of a request that was refused before it was a job. */
    public void refused(RefusedRequest request) {
        listeners.forEach(listener -> listener.refused(request));
    }

    /** Ends a job whose outcome is not this portal's matter, as {@link #end(Job, JobOutcome)} does. */
    public boolean end(Job job) {
        return end(job, JobOutcome.ELSEWHERE);
    }

    /**
     * Ends a job: late records of it are swallowed from now on. What it owes Kafka is settled apart, when the client has
     * its outcome.
     *
     * @return false when it has ended already
     */
    public boolean end(Job job, JobOutcome outcome) {
        return end(job, false, outcome);
    }

    /**
     * Ends a job as {@link #end(Job, JobOutcome)} does, while it is being assembled.
     *
     * @return false when it has ended already, or is whole and waits for its call or has got further
     */
    public boolean endIfAssembling(Job job, JobOutcome outcome) {
        return end(job, true, outcome);
    }

    private boolean end(Job job, boolean onlyAssembling, JobOutcome outcome) {
        Optional<Phase> before = job.end(onlyAssembling);
        if (before.isEmpty()) {
            return false;
        }
        owing.put(job.correlationId(), job);
        remember(job.correlationId());
        if (before.get() == Phase.ASSEMBLING && !job.body().whole()) {
            job.records().endEarly(job.id());
        }
        close(job, before.get(), outcome);
        return true;
    }

    /** Leaves a job whose call has not begun to the partition's new owner; false when its records are ours. */
    public boolean abandon(Job job) {
        if (!job.records().abandon()) {
            return false;
        }
        job.end(false).ifPresent(before -> close(job, before, JobOutcome.ELSEWHERE));
        job.body().releaseStart();
        return true;
    }

    /** Whether the next answer, a short one of this job, may wait for others, or for its own last record. */
    public boolean answersMayWait(Job job) {
        boolean crowded = crowd.next(open.size() - assembling.get());
        return (crowded || crowd.far()) && slots.mayLeave(job.flow());
    }

    /**
     * The producer is about to have the last record of the job's short answer.
     *
     * @param waiting whether it lets the answer wait, or the broker is far: meanwhile another job may be called
     */
    public void handedOver(Job job, boolean waiting) {
        job.time().handedOver();
        if (waiting && job.state().leaveSlot()) {
            slots.leave(job.flow(), job.start().totalChunks());
        }
    }

    /** The client has the job's outcome: its records are done with. */
    public void settle(Job job) {
        job.time().sinceHandedOver().ifPresent(crowd::acknowledged);
        job.records().settle();
        owing.remove(job.correlationId(), job);
        job.body().releaseStart();
    }

    /** Lets go of a record that came for a job which has ended: not before the job's own records. */
    public void settleLate(CorrelationId id, LedgerEntry record) {
        Job job = owing.get(id);
        if (job == null || !job.records().bind(record)) {
            record.settle();
        }
    }

    private void close(Job job, Phase before, JobOutcome outcome) {
        open.remove(job.correlationId(), job);
        if (before == Phase.ASSEMBLING) {
            assembling.decrementAndGet();
            table.remove(job);
            assemblies.forceDiscardingOfGroup(job.correlationId().toString());
        } else if (job.state().leaveSlot()) {
            slots.free(job.start().totalChunks());
        } else {
            slots.settleLeft(job.flow());
        }
        job.body().release();
        turns.leave(job);
        listeners.forEach(listener -> listener.ended(job, outcome));
    }

    /** Remembers that the job has had its outcome; false when it was known. */
    public boolean remember(CorrelationId id) {
        synchronized (ended) {
            return ended.put(id, Boolean.TRUE) == null;
        }
    }

    /** How many jobs are being assembled. */
    public int assembling() {
        return assembling.get();
    }

    /** How many jobs are in each phase but the last, for whoever tells of it: counted at each call. */
    public Map<Phase, Long> byPhase() {
        Map<Phase, Long> counts = new EnumMap<>(Phase.class);
        for (Phase phase : EnumSet.complementOf(EnumSet.of(Phase.ENDED))) {
            counts.put(phase, 0L);
        }
        open.values().forEach(job -> counts.computeIfPresent(job.state().phase(), (phase, count) -> count + 1));
        return counts;
    }

    /** The jobs that are under way in any phase, in no order. */
    public List<Job> underWayNow() {
        return List.copyOf(open.values());
    }

    /** How many jobs are under way in any phase. */
    public int underWay() {
        return open.size();
    }

    /** How many jobs are whole and their clients not answered yet. */
    public int owedAnswers() {
        return (int) owed().count();
    }

    private Stream<Job> owed() {
        return open.values().stream().filter(Job::isWhole);
    }

    /** Leaves every whole job to whoever reads it next, so that nothing of it reaches the client any more. */
    public void leaveOwed() {
        owed().toList().stream().filter(this::leave).forEach(left);
    }

    /** Begins no further call, and leaves every whole job that waits for one to whoever reads it next; gives how many. */
    public int leaveWaiting() {
        return (int) turns.close().stream().filter(this::leave).count();
    }

    private boolean leave(Job job) {
        Optional<Phase> before = job.end(false);
        before.ifPresent(phase -> {
            job.state().abort();
            close(job, phase, JobOutcome.ELSEWHERE);
        });
        return before.isPresent();
    }

    /** The jobs whose clients do not have their outcome. */
    public List<Job> unsettled() {
        return Stream.concat(open.values().stream(), owing.values().stream()).toList();
    }

    /** Registers who hears of a job that is left to whoever reads its partition next. */
    public void whenLeft(Consumer<Job> listener) {
        left = listener;
    }

    /** Ends what is being assembled from a partition that has lost records: its chunks may be among them. */
    private int giveUpAssemblies(PartitionLedger partition) {
        List<Job> incomplete = open.values().stream()
                .filter(job -> job.records().readFrom(partition) && job.takesChunks())
                .toList();
        incomplete.forEach(job -> giveUp(
                job,
                new RefusedException(
                        ErrorCode.CHUNKS_LOST,
                        job.body().chunks() + " of " + job.start().totalChunks()
                                + " chunks came before records of the topic were deleted")));
        return incomplete.size();
    }

    /** Drops what was being assembled from a partition that is no longer ours; its new owner reads it again. */
    private void dropAssemblies(PartitionLedger partition) {
        List<Job> own = open.values().stream()
                .filter(job -> job.records().readFrom(partition))
                .toList();
        own.forEach(job -> job.end(true).ifPresent(before -> {
            close(job, before, JobOutcome.ELSEWHERE);
            left.accept(job);
            job.body().releaseStart();
        }));
    }
}
