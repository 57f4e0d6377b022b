package io.kafkasend.portal.job;

import io.kafkasend.portal.body.AssembledBody;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * One request on its way: first assembled from chunks, then called, then answered. What it is never changes; what becomes of
 * it have its parts: {@link #records}, {@link #time}, {@link #body} and {@link #state}, each with a lock of its own, of which
 * no method here holds two. Thread-safe.
 *
 * <p>What needs two parts asks {@link #state} first, which decides, and then the other: a body that was let go of keeps
 * nothing that comes late, and records that were settled settle what is bound to them.
 */
public final class Job {
    private final RequestStart start;
    private final String request;
    private final CorrelationId correlationId;
    private final Requester caller;
    private final Flow flow;
    private final JobRecords records;
    private final JobTime time;
    private final AssembledBody body;
    private final JobState state = new JobState();
    private final JobTally tally = new JobTally();
    private volatile JobTrace trace;
    private volatile String allowedBy;

    Job(
            RequestStart start,
            String request,
            AssembledBody body,
            LedgerEntry record,
            Requester caller,
            Expiry expiry,
            PortalConfiguration configuration) {
        this.start = start;
        this.request = request;
        this.correlationId = CorrelationId.of(record, start.jobId());
        this.caller = caller;
        this.flow = caller.flow();
        this.body = body;
        this.records = new JobRecords(record);
        this.time = new JobTime(start, expiry, configuration);
    }

    public JobId id() {
        return start.jobId();
    }

    public RequestStart start() {
        return start;
    }

    /** The id together with the partition, which others cannot write to in this job's place. */
    public CorrelationId correlationId() {
        return correlationId;
    }

    /** The {@link RequestDigest} of START, which every record of the answer carries. */
    public String request() {
        return request;
    }

    /**
     * Whether a CHUNK, or a bad record, is of this job: always where START binds none.
     *
     * @param digest the START that it says it belongs to; null where it does not say
     */
    public boolean owns(String digest) {
        return !start.bound() || request.equals(digest);
    }

    /** Whether a CANCEL may end this job, by its secret: any where START binds none. */
    public boolean owns(RequestCancel cancel) {
        return !start.bound()
                || cancel.secret() != null
                        && MessageDigest.isEqual( // in the same time, wherever they differ
                                RequestDigest.ofSecret(cancel.secret()).getBytes(StandardCharsets.US_ASCII),
                                start.secretSha256().getBytes(StandardCharsets.US_ASCII));
    }

    public Requester caller() {
        return caller;
    }

    /** Whose share it takes. */
    public Flow flow() {
        return flow;
    }

    /** The records that it was made of. */
    public JobRecords records() {
        return records;
    }

    /** When its phases began, and how long it may take. */
    public JobTime time() {
        return time;
    }

    /** What has come of its body. */
    public AssembledBody body() {
        return body;
    }

    /** How far it is. */
    public JobState state() {
        return state;
    }

    /** What its call has cost and brought. */
    public JobTally tally() {
        return tally;
    }

    /** Has it followed from now on. */
    public void follow(JobTrace by) {
        trace = by;
    }

    /** What follows it; empty where nothing does. */
    public Optional<JobTrace> trace() {
        return Optional.ofNullable(trace);
    }

    /** Notes which entry of the operator's list of endpoints allows its call, as it is written there. */
    public void allowedBy(String entry) {
        allowedBy = entry;
    }

    /** That entry, for whoever tells of the call; empty before the step that judges the request. */
    public Optional<String> allowedBy() {
        return Optional.ofNullable(allowedBy);
    }

    /** Goes on to a later phase, and notes when; false when the job is there or beyond already. */
    public boolean enter(Phase next) {
        boolean entered = state.enter(next);
        if (entered) {
            time.begins(next);
        }
        return entered;
    }

    /** Ends its phases, once, and notes when; gives the phase that it was in. */
    Optional<Phase> end(boolean onlyAssembling) {
        Optional<Phase> before = state.end(onlyAssembling);
        if (before.isPresent()) {
            time.begins(Phase.ENDED);
        }
        return before;
    }

    /** It takes no more chunks: its body is let go of, and its ERROR is to follow. */
    void giveUp(RefusedException why) {
        state.giveUp(why);
        body.release();
    }

    /** Whether all of it has come, so that its client is owed an outcome. */
    public boolean isWhole() {
        return state.phase() != Phase.ASSEMBLING || body.whole();
    }

    /**
     * Whether a chunk may still join. To be asked on the poll thread, which alone adds chunks; whether the job ends in the
     * meantime the body sees.
     */
    public boolean takesChunks() {
        return state.assembles() && !body.whole();
    }

    @Override
    public String toString() {
        return "job " + id();
    }
}
