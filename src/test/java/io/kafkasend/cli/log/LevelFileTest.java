package io.kafkasend.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.config.OperationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LevelFileTest {
    @TempDir
    private Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(LevelFile.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path file;
    private LevelFile levels;

    @BeforeEach
    void listen() {
        file = directory.resolve("level");
        levels = new LevelFile(
                file, OperationSettings.LOG_LEVEL, "INFO", level -> logger.setLevel(Level.toLevel(level)));
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private String levelWith(String content) throws IOException {
        Files.writeString(file, content);
        levels.look();
        return logger.getLevel().toString();
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getMessage() + " "
                        + event.getKeyValuePairs()
                                .subList(1, event.getKeyValuePairs().size()))
                .toList();
    }

    @Test
    void theFileNamesTheLevelWhileItIsThere() throws IOException {
        // When
        levels.look();
        String debug = levelWith("debug\n");
        String warn = levelWith("WARNING");
        Files.delete(file);
        levels.look();

        // Then
        assertThat(debug).isEqualTo("DEBUG");
        assertThat(warn).isEqualTo("WARN");
        assertThat(logger.getLevel()).isEqualTo(Level.INFO);
        assertThat(lines())
                .containsExactly(
                        "the log level has changed [from=\"INFO\", to=\"DEBUG\"]",
                        "the log level has changed [from=\"DEBUG\", to=\"WARN\"]",
                        "the log level has changed [from=\"WARN\", to=\"INFO\"]");
    }

    @Test
    void whatIsNoLevelIsToldOnceAndChangesNothing() throws IOException {
        // When
        levelWith("DEBUG");
        for (int i = 0; i < 5; i++) {
            assertThat(levelWith("LOUD")).isEqualTo("DEBUG");
        }
        assertThat(levelWith("x".repeat(1_000_000))).isEqualTo("DEBUG");
        assertThat(levelWith(" ")).isEqualTo("INFO");

        // Then
        assertThat(lines())
                .containsExactly(
                        "the log level has changed [from=\"INFO\", to=\"DEBUG\"]",
                        "the log level stays as it is [reason=\"it takes one of TRACE, DEBUG, INFO, WARN, ERROR\"]",
                        "the log level has changed [from=\"DEBUG\", to=\"INFO\"]");
    }

    @Test
    void aLinkIsFollowedAndADirectoryIsNoLevel() throws IOException {
        // Given: as mounted configuration is made
        Path target = Files.writeString(directory.resolve("data"), "DEBUG");
        Files.createSymbolicLink(file, target);

        // When
        levels.look();
        Level linked = logger.getLevel();
        Files.delete(file);
        Files.createDirectory(file);
        levels.look();

        // Then
        assertThat(linked).isEqualTo(Level.DEBUG);
        assertThat(logger.getLevel()).isEqualTo(Level.DEBUG);
        assertThat(lines()).last().asString().contains("it cannot be read");
    }
}
