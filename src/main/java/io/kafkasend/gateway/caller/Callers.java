package io.kafkasend.gateway.caller;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of callers as it is now: read again when it has changed, and kept as it was while it cannot be read. Thread-safe. */
public final class Callers {
    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path file;
    private volatile CallerFile known;
    private FileTime changed;
    private volatile long lookedAt;
    private String said = "";

    /**
     * @param configuration names the file
     * @throws IllegalArgumentException in one line, where it cannot be read at the start
     */
    public Callers(GatewayConfiguration configuration) {
        this(configuration.settings().get(GatewaySettings.CALLERS).orElse(null));
    }

    /** @param file null for none */
    Callers(Path file) {
        this.file = file;
        if (file == null) {
            return;
        }
        try {
            changed = Files.getLastModifiedTime(file);
            known = CallerFile.read(file);
        } catch (IOException e) {
            LOG.error(e.getMessage());
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        lookedAt = System.nanoTime();
    }

    /** Those that the file names; empty where there is no file. */
    Optional<CallerFile> known() {
        if (file != null && System.nanoTime() - lookedAt > LOOK_NANOS) {
            look();
        }
        return Optional.ofNullable(known);
    }

    private synchronized void look() {
        if (System.nanoTime() - lookedAt <= LOOK_NANOS) {
            return;
        }
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(changed)) {
                known = CallerFile.read(file);
                changed = now;
                LOG.atInfo().addKeyValue("callers", known.callers().size()).log("the file of callers was read again");
            }
            said = "";
        } catch (IOException e) {
            if (!said.equals(e.getMessage())) {
                said = String.valueOf(e.getMessage());
                LOG.atError().addKeyValue("reason", said).log("callers stay as they were");
            }
        } finally {
            lookedAt = System.nanoTime();
        }
    }
}
