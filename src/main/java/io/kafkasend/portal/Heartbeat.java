package io.kafkasend.portal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Touches a file while the poll thread lives, at most every five seconds, for a container's health check. Thread-safe. */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final Path file;
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
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            } else {
                Files.createFile(file);
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot touch the liveness file");
        }
    }
}
