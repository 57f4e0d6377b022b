package io.kafkasend.portal;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.protocol.RequestStart;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bodies of unfinished jobs, bounded together by bytes: by what really came, never by what a client claims. With a spool,
 * those over a threshold are on disk. Thread-safe.
 */
public final class Bodies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bodies.class);
    private final HeldBytes held;
    private final long spoolThreshold;
    private final Spool spool;

    /**
     * @param configuration the bound, the spool's directory and threshold
     * @throws IllegalArgumentException when the directory takes no files
     */
    public Bodies(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        this.held = new HeldBytes(configuration.heap().bodyBytes());
        this.spoolThreshold = settings.get(PortalSettings.SPOOL_THRESHOLD_BYTES);
        this.spool = spool(settings.get(PortalSettings.SPOOL_DIRECTORY));
    }

    private static Spool spool(String directory) {
        if (directory.isEmpty()) {
            return null;
        }
        try {
            return Spool.in(Path.of(directory));
        } catch (IOException | IllegalArgumentException e) {
            String fault = PortalSettings.SPOOL_DIRECTORY.variable() + " is \"" + directory
                    + "\", where the portal can make no files: " + e;
            LOG.error(fault); // Camel's runtimes bury the exception in their own
            throw new IllegalArgumentException(fault, e);
        }
    }

    /**
     * Begins a job's body.
     *
     * @throws RefusedException when there is no memory for it now, or ever
     */
    JobBody open(RequestStart start) throws RefusedException {
        return JobBody.open(this, held, start);
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
