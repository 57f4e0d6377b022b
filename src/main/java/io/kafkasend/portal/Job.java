package io.kafkasend.portal;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One request on its way: first assembled from chunks, then called, then answered. It goes through its phases once and in
 * order, whatever comes twice or late. Thread-safe.
 */
public final class Job {
    /** Where a job is. */
    enum Phase {
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
    private final long admitted = System.nanoTime();
    private final Duration maxAge;
    private final Duration idle;
    private final Duration callTimeout;
    private final List<LedgerEntry> records = new ArrayList<>();
    /** By sequence; grows with what came, never with what START claims. */
    private final Map<Integer, byte[]> chunks = new HashMap<>();

    private Phase phase = Phase.ASSEMBLING;
    private boolean timedOut;
    private boolean settled;
    private boolean cancelled;
    private boolean handedOver;
    private Runnable abort = () -> {};

    Job(RequestStart start, LedgerEntry record, PortalConfiguration configuration) {
        this.start = start;
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

    JobId id() {
        return start.jobId();
    }

    RequestStart start() {
        return start;
    }

    synchronized Phase phase() {
        return phase;
    }

    /**
     * Says whether a chunk may join, without taking it.
     *
     * @return false for one that is here already, equal in every byte
     * @throws ProtocolException when the chunk contradicts START or another chunk
     */
    synchronized boolean accepts(RequestChunk chunk) throws ProtocolException {
        if (chunk.totalChunks() != null && chunk.totalChunks() != start.totalChunks()) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, id(), "total_chunks differs from START's");
        }
        if (chunk.sequence() >= start.totalChunks()) {
            throw new ProtocolException(
                    ErrorCode.SEQUENCE_OUT_OF_RANGE,
                    id(),
                    "sequence " + chunk.sequence() + " is not within 0 and " + (start.totalChunks() - 1));
        }
        byte[] known = chunks.get(chunk.sequence());
        if (known != null && !Arrays.equals(known, chunk.data())) {
            throw new ProtocolException(
                    ErrorCode.CHUNK_CONFLICT, id(), "two CHUNKs of sequence " + chunk.sequence() + " differ");
        }
        return known == null;
    }

    /** Takes a chunk and the record that brought it. */
    synchronized void take(RequestChunk chunk, LedgerEntry record) {
        if (phase == Phase.ASSEMBLING) {
            chunks.put(chunk.sequence(), chunk.data());
        }
        bind(record);
    }

    /** Binds a record's fate to the job's: it is settled when the job is, at once where the job is already. */
    synchronized void bind(LedgerEntry record) {
        if (settled) {
            record.settle();
        } else {
            records.add(record);
        }
    }

    synchronized boolean whole() {
        return chunks.size() == start.totalChunks();
    }

    synchronized int received() {
        return chunks.size();
    }

    /** Milliseconds until the job is given up unless a chunk comes, at least 1. */
    long millisLeft() {
        long age = (System.nanoTime() - admitted) / 1_000_000;
        return Math.max(1, Math.min(idle.toMillis(), maxAge.toMillis() - age));
    }

    /** Nanoseconds that the call may still take: its own timeout, or what is left of the client's. */
    long callNanosLeft() {
        long own = callTimeout.toNanos();
        if (start.timeoutSeconds() == null) {
            return own;
        }
        long clients = Duration.ofSeconds(start.timeoutSeconds()).toNanos() - (System.nanoTime() - admitted);
        return Math.max(1, Math.min(own, clients));
    }

    /** Goes on to a later phase; false when the job is there or beyond already. */
    synchronized boolean enter(Phase next) {
        if (next.compareTo(phase) <= 0) {
            return false;
        }
        phase = next;
        return true;
    }

    /** The body's pieces in order. Only once whole. */
    synchronized List<byte[]> body() {
        List<byte[]> body = new ArrayList<>(chunks.size());
        for (int i = 0; i < start.totalChunks(); i++) {
            body.add(chunks.get(i));
        }
        return body;
    }

    /**
     * Checks the whole body against what START announced of it.
     *
     * @throws ProtocolException for a checksum or a length that differs
     */
    void verify() throws ProtocolException {
        BodyDigest digest = new BodyDigest(start.sha256() != null);
        body().forEach(digest::update);
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
    synchronized void releaseBody() {
        chunks.clear();
    }

    /** Says how the call in flight is ended from outside. */
    synchronized void whenAborted(Runnable action) {
        abort = action;
    }

    /** Ends the call in flight because its time is over. */
    void timeOut() {
        Runnable action;
        synchronized (this) {
            timedOut = true;
            action = abort;
        }
        action.run();
    }

    /** Ends the call in flight, if any, so that its connection does no more. */
    void abort() {
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
    synchronized boolean cancel() {
        if (cancelled || handedOver || phase == Phase.ENDED) {
            return false;
        }
        cancelled = true;
        return true;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /**
     * Asks whether a record of the answer may go out. Once the last one may, a CANCEL comes too late, so that the client
     * gets no ERROR after a whole answer.
     *
     * @return false when the job has ended or was cancelled
     */
    synchronized boolean maySend(boolean last) {
        if (cancelled || phase == Phase.ENDED) {
            return false;
        }
        handedOver |= last;
        return true;
    }

    synchronized boolean timedOut() {
        return timedOut;
    }

    /** Whether the job's records are of this assignment of a partition. */
    synchronized boolean readFrom(PartitionLedger partition) {
        return records.get(0).partition() == partition;
    }

    synchronized void settleRecords() {
        settled = true;
        records.forEach(LedgerEntry::settle);
    }

    @Override
    public String toString() {
        return "job " + id();
    }
}
