package io.kafkasend.portal.body;

import io.kafkasend.config.JobSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.requester.Shares;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.RequestStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bodies of unfinished jobs, bounded together by bytes: by what really came, never by what a client claims. With a spool,
 * those over a threshold are on disk. Thread-safe.
 */
public final class BodyBudget implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BodyBudget.class);
    private final HeldBytes held;
    private final long spoolThreshold;
    private final Spool spool;
    private final HeldBytes onDisk = new HeldBytes(Long.MAX_VALUE);
    private final Shares shares;
    private volatile Predicate<Flow> relief = flow -> false;

    /**
     * @param configuration the bound, the spool's directory and threshold
     * @param shares how much of it one client may take
     * @throws IllegalArgumentException when the directory takes no files
     */
    public BodyBudget(PortalConfiguration configuration, Shares shares) {
        PortalSettings settings = configuration.settings();
        this.held = new HeldBytes(configuration.heap().bodyBytes());
        this.shares = shares;
        this.spoolThreshold = settings.get(JobSettings.SPOOL_THRESHOLD_BYTES);
        this.spool =
                settings.get(JobSettings.SPOOL_DIRECTORY).map(BodyBudget::spool).orElse(null);
    }

    private static Spool spool(Path directory) {
        try {
            return Spool.in(directory);
        } catch (IOException | IllegalArgumentException e) {
            String fault = JobSettings.SPOOL_DIRECTORY.variable() + " is \"" + directory
                    + "\", where the portal can make no files: " + e;
            LOG.error(fault); // Camel's runtimes bury the exception in their own
            throw new IllegalArgumentException(fault, e);
        }
    }

    /** Registers who makes room in memory for a flow, if anybody can. */
    public void whenShort(Predicate<Flow> makesRoom) {
        relief = makesRoom;
    }

    /**
     * Begins a job's body.
     *
     * @param caller whose share it takes
     * @param comesToWait whether the job will wait for a caller: then one without body is counted like others
     * @throws RefusedException when there is no memory for it now, or ever
     */
    public AssembledBody open(RequestStart start, Requester caller, boolean comesToWait) throws RefusedException {
        return AssembledBody.open(this, start, caller, comesToWait);
    }

    /** How many bytes of memory a client may take. */
    long mostInMemory(Requester caller) {
        return Math.min(shares.bytes(held.limit()), shares.held(caller));
    }

    /** Whether so many bytes of memory could be had. */
    boolean fitsMemory(Requester caller, long bytes) {
        return held.fits(caller.flow(), bytes, inMemoryBeside(caller));
    }

    /** What is left of the client's own bound beside what it has on disk. */
    private long inMemoryBeside(Requester caller) {
        return Math.min(shares.bytes(held.limit()), shares.held(caller) - onDisk.held(caller.flow()));
    }

    /** Takes memory, where another's may have to be freed for it; false where there is none. */
    boolean takeMemory(Requester caller, long bytes) {
        Flow flow = caller.flow();
        long most = inMemoryBeside(caller);
        while (!held.take(flow, bytes, most)) {
            if (held.held(flow) + bytes > most || !relief.test(flow)) {
                return false;
            }
        }
        return true;
    }

    /** Takes memory for what waits for nothing, also over the bounds. */
    void takeMemoryAnyway(Requester caller, long bytes) {
        held.takeAnyway(caller.flow(), bytes);
    }

    void freeMemory(Requester caller, long bytes) {
        held.free(caller.flow(), bytes);
    }

    /**
     * Takes room on disk: no more than half of what bodies have and could have there, where others may come.
     *
     * @throws IOException when the disk does not say how much there is
     */
    boolean takeDisk(Requester caller, long bytes) throws IOException {
        long most = shares.held(caller) - held.held(caller.flow());
        if (shares.several()) {
            most = Math.min(most, shares.bytes(onDisk.held() + spool.usableBytes()));
        }
        return onDisk.take(caller.flow(), bytes, most);
    }

    void freeDisk(Requester caller, long bytes) {
        onDisk.free(caller.flow(), bytes);
    }

    /** The flow that takes most of the memory. */
    public Optional<Flow> heaviest() {
        return held.heaviest();
    }

    boolean spooling() {
        return spool != null;
    }

    long spoolThreshold() {
        return spoolThreshold;
    }

    /** A place for one body on disk. */
    SpooledStore spool() throws IOException {
        return spool.create();
    }

    /** How many bytes of memory unfinished jobs take. */
    public long heldBytes() {
        return held.held();
    }

    /** How many bytes of them are on disk. */
    public long spooledBytes() {
        return onDisk.held();
    }

    /** How many bodies are on disk. */
    public int spooled() {
        return spool == null ? 0 : spool.bodies();
    }

    /** Removes what is on disk. */
    @Override
    public void close() {
        if (spool != null) {
            spool.close();
        }
    }
}
