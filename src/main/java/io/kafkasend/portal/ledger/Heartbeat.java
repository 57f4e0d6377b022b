package io.kafkasend.portal.ledger;

import io.kafkasend.security.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Touches a file while the poll thread reads, at most every five seconds, for a container's health check. Follows no link: in a
 * directory that others write to, the name may be a link to any file of the portal's user. Thread-safe.
 */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final long INTERVAL_NANOS = 5_000_000_000L;
    private static final int MAX_REASON = 300;

    private final Path file;
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicLong last = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

    /**
     * @param file the file; or null for none
     */
    Heartbeat(Path file) {
        this.file = file;
    }

    void beat() {
        long before = last.get();
        long now = System.nanoTime();
        if (file == null || now - before < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
            return;
        }
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                touch();
            } else {
                Files.createFile(file); // fails where a link has come meanwhile
            }
            told.set(false);
        } catch (IOException e) {
            if (told.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .addKeyValue("reason", Printable.of(e.toString(), MAX_REASON))
                        .log("cannot touch the liveness file");
            }
        }
    }

    private void touch() throws IOException {
        BasicFileAttributeView view =
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().isRegularFile()) {
            throw new IOException("it is a link, a directory or a device, and must be a regular file");
        }
        view.setTimes(FileTime.from(Instant.now()), null, null);
    }
}
