package io.kafkasend.dev;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory with a broker's data. Thread-safe.
 *
 * @param path the directory
 * @param temporary whether it goes with the broker
 */
record BrokerData(Path path, boolean temporary) {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerData.class);

    /**
     * Makes the directory where it is missing.
     *
     * @param directory null for a temporary one
     * @throws StartException if it cannot be made
     */
    static BrokerData in(Path directory) {
        try {
            return directory == null
                    ? new BrokerData(Files.createTempDirectory("kafkasend-broker-"), true)
                    : new BrokerData(Files.createDirectories(directory.toAbsolutePath()), false);
        } catch (IOException e) {
            throw new StartException("cannot create the broker's data directory: " + e, e);
        }
    }

    /** Makes it ready for a broker, unless one has used it before. */
    void formatIfNew() throws Exception {
        if (Files.exists(path.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerListeners.CONTROLLER)
                    .setMetadataLogDirectory(path.toString())
                    .addDirectory(path.toString())
                    .run();
        }
    }

    /** Removes it if it is temporary. */
    void deleteIfTemporary() {
        if (!temporary) {
            return;
        }
        try (var paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("The temporary directory is gone already dataDirectory={}", path);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot remove the temporary directory dataDirectory={}", path, e);
        }
    }
}
