package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
