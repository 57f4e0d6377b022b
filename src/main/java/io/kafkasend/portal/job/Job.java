package io.kafkasend.portal.job;

import io.kafkasend.portal.body.AssembledBody;
import io.kafkasend.portal.body.ChunkStore;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.PartitionLedger;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One request on its way: first assembled from chunks, then called, then answered. It goes through its phases once and in
 * order, whatever comes twice or late. Thread-safe.
 */
public final class Job {
    /** Where a job is. */
    public enum Phase {
        /** Chunks are still coming. */
        ASSEMBLING,
        /** Whole; waiting for a caller, or being called. */
        CALLING,
        /** The API's answer is on its way to the client. */
        ANSWERING,
        /** The client has its outcome, or will get no other. */
        ENDED
    }

    private final RequestStart start;
    private final String request;
    private final CorrelationId correlationId;
    private final Requester caller;
    private final Flow flow;
    private final long admitted = System.nanoTime();
    private final Duration maxAge;
    private final Duration idle;
    private final Duration callTimeout;
    private final List<LedgerEntry> records = new ArrayList<>();
    private final AssembledBody body;

    private Phase phase = Phase.ASSEMBLING;
    private boolean timedOut;
    private boolean settled;
    private boolean abandoned;
    private boolean cancelled;
    private boolean handedOver;
    private boolean slotLeft;
    private RefusedException givenUp;
    private Runnable abort = () -> {};
    private long callBegan;

    Job(
            RequestStart start,
            String request,
            AssembledBody body,
            LedgerEntry record,
            Requester caller,
            PortalConfiguration configuration) {
        this.start = start;
        this.request = request;
        this.correlationId = CorrelationId.of(record, start.jobId());
        this.caller = caller;
        this.flow = caller.flow();
        this.body = body;
        this.maxAge = shorter(configuration.maxAge(), start.timeoutSeconds());
        this.idle = configuration.idleTimeout();
        this.callTimeout = configuration.callTimeout();
        records.add(record);
    }

    private static Duration shorter(Duration own, Integer clientsSeconds) {
        if (clientsSeconds == null) {
            return own;
        }
        Duration clients = Duration.ofSeconds(clientsSeconds);
        return clients.compareTo(own) < 0 ? clients : own;
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

    /** The {@link io.kafkasend.protocol.RequestDigest} of START, which every record of the answer carries. */
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

    public synchronized Phase phase() {
        return phase;
    }

    /**
     * A chunk as the body has it: decompressed, where START says that it is compressed.
     *
     * @throws ProtocolException for a frame where START announces none, or data that is not so compressed or too large
     */
    public RequestChunk plain(RequestChunk chunk) throws ProtocolException {
        if (chunk.frame() && !start.transfer().frames()) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, id(), "a binary frame, and START announces none");
        }
        ContentEncoding encoding = start.transfer().encoding();
        return encoding == null ? chunk : chunk.with(encoding.decode(id(), chunk.data()));
    }

    /**
     * Says whether a chunk may join, without taking it.
     *
     * @return false for one that is here already, equal in every byte
     * @throws ProtocolException when the chunk contradicts START or another chunk
     * @throws SpoolException when that other chunk cannot be read
     */
    public synchronized boolean accepts(RequestChunk chunk) throws ProtocolException, SpoolException {
        if (chunk.totalChunks() != null && chunk.totalChunks() != start.totalChunks()) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, id(), "total_chunks differs from START's");
        }
        if (chunk.sequence() >= start.totalChunks()) {
            throw new ProtocolException(
                    ErrorCode.SEQUENCE_OUT_OF_RANGE,
                    id(),
                    "sequence " + chunk.sequence() + " is not within 0 and " + (start.totalChunks() - 1));
        }
        if (phase != Phase.ASSEMBLING || !body.has(chunk.sequence())) {
            requireWithinTotal(chunk);
            return true;
        }
        try {
            if (!body.holds(chunk.sequence(), chunk.data())) {
                throw new ProtocolException(
                        ErrorCode.CHUNK_CONFLICT, id(), "two CHUNKs of sequence " + chunk.sequence() + " differ");
            }
        } catch (IOException e) {
            throw new SpoolException(e);
        }
        return false;
    }

    /** No more than START announced is kept, since that is what its client's rate was charged with. */
    private void requireWithinTotal(RequestChunk chunk) throws ProtocolException {
        if (phase == Phase.ASSEMBLING
                && start.totalBytes() != null
                && body.store().bytes() + chunk.data().length > start.totalBytes()) {
            throw new ProtocolException(ErrorCode.LENGTH_MISMATCH, id(), "the body has more than total_bytes");
        }
    }

    /**
     * Takes a chunk that is accepted, and the record that brought it.
     *
     * @throws RefusedException when there is no memory for it; the record is not taken then
     * @throws SpoolException when the disk does not take it; the record is not taken then
     */
    public synchronized void take(RequestChunk chunk, LedgerEntry record) throws RefusedException, SpoolException {
        if (phase == Phase.ASSEMBLING && !body.has(chunk.sequence())) {
            try {
                body.put(chunk.sequence(), chunk.data());
            } catch (IOException e) {
                throw new SpoolException(e);
            }
        }
        bind(record);
    }

    /**
     * Lets go of a record that the job has no use for, since it came twice or late. It is settled at once where the job's
     * own records would be read again before it, and else with them: a job whose call goes on while its partition leaves
     * and comes back gets all its records again, and none may be done while others are not.
     */
    public synchronized void letGo(LedgerEntry record) {
        LedgerEntry last = records.get(records.size() - 1);
        if (last.partition() == records.get(0).partition() && record.follows(last)) {
            record.settle();
        } else {
            bind(record);
        }
    }

    /**
     * Binds a record's fate to the job's: it is settled when the job is, at once where the job is already.
     *
     * @return false when the job was left to another, so that the record belongs to none
     */
    public synchronized boolean bind(LedgerEntry record) {
        if (abandoned) {
            return false;
        }
        if (settled) {
            record.settle();
        } else {
            records.add(record);
        }
        return true;
    }

    /** Leaves the job to another member, unless its records are ours; no record is bound to it from then on. */
    synchronized boolean abandon() {
        abandoned = records.stream().noneMatch(LedgerEntry::isOurs);
        return abandoned;
    }

    /** START's record. */
    public synchronized LedgerEntry first() {
        return records.get(0);
    }

    /** The job's records as they were read in the partition's current assignment, START first; empty where there is none. */
    public synchronized List<LedgerEntry> ownRecords() {
        return records.stream().filter(LedgerEntry::isOurs).toList();
    }

    public synchronized boolean whole() {
        return body.chunks() == start.totalChunks();
    }

    public synchronized int received() {
        return body.chunks();
    }

    /** How many bytes of memory it takes. */
    synchronized long memoryBytes() {
        return body.memoryBytes();
    }

    /** It takes no more chunks: its body is let go of, and its ERROR is to follow. */
    synchronized void giveUp(RefusedException why) {
        givenUp = why;
        body.release();
    }

    /** Why it was given up before its time; empty where it was not. */
    public synchronized Optional<RefusedException> givenUp() {
        return Optional.ofNullable(givenUp);
    }

    /** Whether a chunk may still join. */
    public synchronized boolean takesChunks() {
        return phase == Phase.ASSEMBLING && givenUp == null && !whole();
    }

    /** Milliseconds until the job is given up unless a chunk comes, at least 1. */
    public long millisLeft() {
        long age = (System.nanoTime() - admitted) / 1_000_000;
        return Math.max(1, Math.min(idle.toMillis(), maxAge.toMillis() - age));
    }

    /** Starts the time that the call may take, over all its attempts. */
    public synchronized void beginCallTime() {
        callBegan = System.nanoTime();
    }

    /** Nanoseconds that the call may still take: what is left of its own timeout, or of the client's. */
    public long callNanosLeft() {
        return Math.max(1, Math.min(ownNanosLeft(), clientsNanosLeft()));
    }

    /** Whether the time is over that the client gave. */
    public boolean clientsTimeIsOver() {
        return clientsNanosLeft() <= 0;
    }

    private long clientsNanosLeft() {
        return start.timeoutSeconds() == null
                ? Long.MAX_VALUE
                : Duration.ofSeconds(start.timeoutSeconds()).toNanos() - (System.nanoTime() - admitted);
    }

    /** Whether the time is over that the operator gives a call, and not only the client's. */
    public boolean ownTimeIsOver() {
        return ownNanosLeft() <= 0;
    }

    private synchronized long ownNanosLeft() {
        return callTimeout.toNanos() - (callBegan == 0 ? 0 : System.nanoTime() - callBegan);
    }

    /** Goes on to a later phase; false when the job is there or beyond already. */
    public synchronized boolean enter(Phase next) {
        if (next.compareTo(phase) <= 0) {
            return false;
        }
        phase = next;
        return true;
    }

    /** The body. Only once whole. */
    public synchronized ChunkStore body() {
        return body.store();
    }

    /**
     * Checks the whole body against what START announced of it.
     *
     * @throws ProtocolException for a checksum or a length that differs
     * @throws SpoolException when the disk does not give it back
     */
    public void verify() throws ProtocolException, SpoolException {
        BodyDigest digest;
        try {
            digest = body.digest();
        } catch (IOException e) {
            throw new SpoolException(e);
        }
        if (start.totalBytes() != null && start.totalBytes() != digest.bytes()) {
            throw new ProtocolException(
                    ErrorCode.LENGTH_MISMATCH, id(), "the body has " + digest.bytes() + " bytes, not total_bytes");
        }
        if (start.crc32() != null && start.crc32() != digest.crc32()) {
            throw new ProtocolException(ErrorCode.CRC_MISMATCH, id(), "the body's CRC-32 is not crc32");
        }
        if (start.sha256() != null && !start.sha256().equals(digest.sha256())) {
            throw new ProtocolException(ErrorCode.SHA256_MISMATCH, id(), "the body's SHA-256 is not sha256");
        }
    }

    /** Lets go of the body, which may be large, once it is no longer needed. */
    public synchronized void releaseBody() {
        body.release();
    }

    /** Nobody holds the job any more, nor its START. */
    synchronized void releaseStart() {
        body.releaseStart();
    }

    /** Says how the call in flight is ended from outside. */
    public synchronized void whenAborted(Runnable action) {
        abort = action;
    }

    /** Ends the call in flight because its time is over. */
    public void timeOut() {
        Runnable action;
        synchronized (this) {
            timedOut = true;
            action = abort;
        }
        action.run();
    }

    /** Ends the call in flight, if any, so that its connection does no more. */
    public void abort() {
        Runnable action;
        synchronized (this) {
            action = abort;
        }
        action.run();
    }

    /**
     * Marks the job as no longer wanted by its client.
     *
     * @return false when that changes nothing: it has ended, its whole answer is on its way, or it is marked already
     */
    public synchronized boolean cancel() {
        if (cancelled || handedOver || phase == Phase.ENDED) {
            return false;
        }
        cancelled = true;
        return true;
    }

    public synchronized boolean cancelled() {
        return cancelled;
    }

    /**
     * Asks whether a record of the answer may go out. Once the last one may, a CANCEL comes too late, so that the client
     * gets no ERROR after a whole answer.
     *
     * @return false when the job has ended or was cancelled
     */
    public synchronized boolean maySend(boolean last) {
        if (cancelled || phase == Phase.ENDED) {
            return false;
        }
        handedOver |= last;
        return true;
    }

    /** Gives the job's call slot back; false when it has done so before. */
    synchronized boolean leaveSlot() {
        boolean first = !slotLeft;
        slotLeft = true;
        return first;
    }

    public synchronized boolean timedOut() {
        return timedOut;
    }

    /** Whether the job's records are of this assignment of a partition. */
    synchronized boolean readFrom(PartitionLedger partition) {
        return records.get(0).partition() == partition;
    }

    /** Has it noted that chunks of the job are still to come and are to be swallowed. */
    synchronized void endEarly() {
        records.get(records.size() - 1).endEarly(id());
    }

    public synchronized void settleRecords() {
        settled = true;
        LedgerEntry.settle(records);
    }

    @Override
    public String toString() {
        return "job " + id();
    }
}
