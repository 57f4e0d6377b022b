package io.kafkasend.portal.body;

import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SequenceRanges;
import java.io.IOException;
import java.util.Arrays;

/**
 * The body of one job while it comes in: in memory, and from some size on, where there is a spool, on disk. What it takes of
 * memory is counted until it is let go of.
 *
 * <p>Thread-safe; its lock guards what is kept and counted. Only the poll thread adds chunks, a disk's among them, and may take
 * within this lock that of the counters and, to make room, those of another job's body and state.
 */
public final class AssembledBody {
    /**
     * What a job takes beside its texts: itself, its exchange in the aggregator, its place in the ledger. Measured: some 3 KiB
     * (MemoryIT).
     */
    private static final long JOB_BYTES = 4_096;
    /** What a chunk takes beside its bytes, in memory or on disk: entries of the store and of the ledger. */
    private static final long CHUNK_BYTES = 256;
    /** What a header takes beside its characters: its place in the map, two strings and their arrays. */
    private static final long HEADER_BYTES = 160;
    /** A START of no more waits for nothing where it has no CHUNKs: so many of them as may be called at once take little. */
    private static final long SMALL_START_BYTES = 65_536;

    /** What became of a chunk. */
    public enum Addition {
        /** It is kept. */
        ADDED,
        /** It is here already, equal in every byte. */
        SAME,
        /** The body was let go of in the meantime; nothing of it is kept any more. */
        TOO_LATE
    }

    private final BodyBudget bodies;
    private final Requester caller;
    private final AnnouncedBody announced;
    private final int totalChunks;
    private final boolean withSha256;
    /** Of the chunks that came in order, taken while the next ones were on their way. */
    private final BodyDigest digest;

    private ChunkStore store = new MemoryStore();
    private int digested;
    private int next;
    private boolean spooled;
    private boolean released;
    private volatile long received;
    private volatile int arrived;
    /** Written under the lock only; who looks for the largest body reads it without. */
    private volatile long own;

    /** What of it is START's, which stays with the job until its client has the outcome. */
    private long ofStart;

    private long onDisk;

    private AssembledBody(BodyBudget bodies, RequestStart start, Requester caller) {
        this.bodies = bodies;
        this.caller = caller;
        this.announced = new AnnouncedBody(start);
        this.totalChunks = start.totalChunks();
        this.withSha256 = start.sha256() != null;
        this.digest = new BodyDigest(withSha256);
    }

    /**
     * Begins a body.
     *
     * @throws RefusedException when there is no memory for it
     */
    static AssembledBody open(BodyBudget bodies, RequestStart start, Requester caller, boolean comesToWait)
            throws RefusedException {
        AssembledBody body = new AssembledBody(bodies, start, caller);
        long bytes = weight(start);
        if (start.totalChunks() == 0 && bytes <= SMALL_START_BYTES && !comesToWait) {
            // It waits for nothing, so the limit of calls bounds it.
            bodies.takeMemoryAnyway(caller, bytes);
            body.own = bytes;
        } else if (start.totalBytes() != null
                && start.totalBytes() > bodies.mostInMemory(caller)
                && !bodies.spooling()) {
            throw tooLarge();
        } else {
            body.require(bytes);
        }
        body.ofStart = bytes;
        return body;
    }

    private static long weight(RequestStart start) {
        long chars = start.endpoint().length() + start.form().chars();
        for (var header : start.headers().entrySet()) {
            chars += header.getKey().length() + header.getValue().length();
        }
        // A signature is ASCII, of which the JVM keeps a byte each.
        return JOB_BYTES
                + HEADER_BYTES * (start.headers().size() + start.form().size())
                + 2 * chars
                + (start.signature() == null ? 0 : start.signature().length());
    }

    /**
     * Takes a chunk, decompressed where START says that it is compressed. On the poll thread.
     *
     * @throws ProtocolException when it contradicts START or another chunk
     * @throws RefusedException when there is no memory for it
     * @throws SpoolException when the disk does not take it, or does not give the other chunk back
     */
    public Addition add(RequestChunk chunk) throws ProtocolException, RefusedException, SpoolException {
        RequestChunk plain = announced.plain(chunk);
        try {
            return add(plain.sequence(), plain.data());
        } catch (IOException e) {
            throw new SpoolException(e);
        }
    }

    private synchronized Addition add(int place, byte[] data) throws ProtocolException, RefusedException, IOException {
        if (released) {
            return Addition.TOO_LATE;
        }
        if (store.has(place)) {
            if (!Arrays.equals(store.chunk(place), data)) {
                throw announced.conflict(place);
            }
            return Addition.SAME;
        }
        announced.requireWithinTotal(store.bytes() + data.length);
        put(place, data);
        received += data.length; // under the lock, as is the next
        arrived++;
        return Addition.ADDED;
    }

    private void put(int place, byte[] data) throws RefusedException, IOException {
        if (!spooled && bodies.spooling() && !fitsMemory(data)) {
            spill();
        }
        require(CHUNK_BYTES + (spooled ? 0 : data.length));
        if (spooled) {
            requireDisk(data.length);
        }
        store.put(place, data);
        if (place == digested && !spooled) {
            digest.update(data);
            digested++;
        }
    }

    /**
     * Checks the whole body against what START announced of it. What is on disk is read back for it, so that a body which is no
     * longer what it was is found before the call and not in it. To be asked for once, when nothing is added any more: it
     * takes its time, so it holds no lock, and fails when the body is let go of meanwhile.
     *
     * @throws ProtocolException for a checksum or a length that differs
     * @throws SpoolException when the disk does not give it back
     */
    public void verify() throws ProtocolException, SpoolException {
        try {
            announced.verify(digest());
        } catch (IOException e) {
            throw new SpoolException(e);
        }
    }

    private BodyDigest digest() throws IOException {
        BodyDigest whole = spooled ? new BodyDigest(withSha256) : digest;
        for (int place = spooled ? 0 : digested; place < store.chunks(); place++) {
            whole.update(store.chunk(place));
        }
        return whole;
    }

    private boolean fitsMemory(byte[] data) {
        return store.bytes() + data.length <= bodies.spoolThreshold()
                && bodies.fitsMemory(caller, CHUNK_BYTES + data.length);
    }

    /** Moves what is in memory to disk. */
    private void spill() throws IOException, RefusedException {
        MemoryStore memory = (MemoryStore) store;
        long inMemory = memory.bytes();
        free(inMemory); // or what is moved would count twice
        try {
            requireDisk(inMemory);
        } catch (RefusedException | IOException e) {
            takeBack(inMemory);
            throw e;
        }
        SpooledStore disk = bodies.spool();
        store = disk; // from now on it is closed with the job, whatever happens
        spooled = true;
        try (memory) {
            for (int place : memory.places()) {
                disk.put(place, memory.chunk(place));
            }
        }
    }

    private void takeBack(long bytes) {
        bodies.takeMemoryAnyway(caller, bytes);
        own += bytes;
    }

    private void requireDisk(long bytes) throws RefusedException, IOException {
        if (!bodies.takeDisk(caller, bytes)) {
            throw full();
        }
        onDisk += bytes;
    }

    private void require(long bytes) throws RefusedException {
        if (own + bytes > bodies.mostInMemory(caller)) {
            throw tooLarge();
        }
        if (!bodies.takeMemory(caller, bytes)) {
            throw full();
        }
        own += bytes;
    }

    private static RefusedException full() {
        return new RefusedException(
                ErrorCode.TOO_MANY_JOBS, "the portal holds as much of this client as it may; try again later");
    }

    private static RefusedException tooLarge() {
        return new RefusedException(
                ErrorCode.REQUEST_TOO_LARGE, "the request's body is larger than this portal can hold");
    }

    private void free(long bytes) {
        bodies.freeMemory(caller, bytes);
        own -= bytes;
    }

    /** Where its chunks are. To be read only once it is whole. */
    public synchronized ChunkStore store() {
        return store;
    }

    /** How many chunks are kept. */
    public synchronized int chunks() {
        return store.chunks();
    }

    /** The lowest sequence that has not come; how many there are where all have. */
    public synchronized int nextMissing() {
        while (!released && next < totalChunks && store.has(next)) {
            next++;
        }
        return next;
    }

    /** Which sequences are kept, as far as a STATUS may tell; null once the body was let go of. */
    public synchronized SequenceRanges present() {
        return released ? null : SequenceRanges.of(store::has, store.chunks(), totalChunks);
    }

    /** Whether all chunks that START announces are kept. */
    public boolean whole() {
        return chunks() == totalChunks;
    }

    /** How many bytes have come, decompressed, also when they were let go of since. */
    public long received() {
        return received;
    }

    /** How many chunks have come, also when they were let go of since. Without the lock, within which a disk may be waited for. */
    public int arrived() {
        return arrived;
    }

    /** Lets go of everything but START; nothing is kept from now on. May be called again. */
    public synchronized void release() {
        released = true;
        store.close();
        free(own - ofStart);
        bodies.freeDisk(caller, onDisk);
        onDisk = 0;
    }

    /** START goes, too. May be called again. */
    public synchronized void releaseStart() {
        free(ofStart);
        ofStart = 0;
    }

    /** How many bytes of memory it takes. */
    public long memoryBytes() {
        return own;
    }
}
