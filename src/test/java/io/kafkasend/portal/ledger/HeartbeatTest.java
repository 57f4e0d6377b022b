package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class HeartbeatTest {
    @TempDir
    private Path directory;

    @Test
    void makesTheFileAtTheFirstBeat() {
        // Given
        Path file = directory.resolve("alive");

        // When
        new Heartbeat(file).beat();

        // Then
        assertThat(file).exists();
    }

    @Test
    void touchesAFileThatIsThere() throws Exception {
        // Given
        Path file = Files.createFile(directory.resolve("alive"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

        // When
        new Heartbeat(file).beat();

        // Then
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .isAfter(Instant.now().minusSeconds(60));
    }

    @Test
    void touchesItNoMoreOftenThanEveryFiveSeconds() throws Exception {
        // Given
        Path file = directory.resolve("alive");
        Heartbeat heartbeat = new Heartbeat(file);
        heartbeat.beat();
        Files.delete(file);

        // When
        heartbeat.beat();

        // Then
        assertThat(file).doesNotExist();
    }

    @Test
    void followsNoLinkToAFileThatIsThere() throws Exception {
        // Given
        Path other = Files.writeString(directory.resolve("other"), "kept");
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        Path file = Files.createSymbolicLink(directory.resolve("alive"), other);

        // When
        new Heartbeat(file).beat();

        // Then
        assertThat(Files.getLastModifiedTime(other).toInstant()).isEqualTo(Instant.EPOCH);
        assertThat(other).hasContent("kept");
        assertThat(file).isSymbolicLink();
    }

    @Test
    void followsNoLinkToAFileThatIsMissing() throws Exception {
        // Given
        Path other = directory.resolve("other");
        Path file = Files.createSymbolicLink(directory.resolve("alive"), other);

        // When
        new Heartbeat(file).beat();

        // Then
        assertThat(other).doesNotExist();
    }

    @Test
    void saysWhatStandsInTheWay() throws Exception {
        // Given
        Path file = Files.createSymbolicLink(directory.resolve("alive"), directory);

        Logger logger = (Logger) LoggerFactory.getLogger(Heartbeat.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        try {
            // When
            new Heartbeat(file).beat();
        } finally {
            logger.detachAppender(said);
        }

        // Then
        assertThat(said.list).singleElement().satisfies(event -> {
            assertThat(event.getMessage()).isEqualTo("cannot touch the liveness file");
            assertThat(event.getKeyValuePairs().toString()).contains("must be a regular file");
        });
    }

    @Test
    void pollingGoesOnWhereTheFileCannotBeMade() {
        // Given
        Path file = directory.resolve("missing").resolve("alive");

        // When
        new Heartbeat(file).beat();
        new Heartbeat(null).beat();

        // Then
        assertThat(directory).isEmptyDirectory();
    }
}
