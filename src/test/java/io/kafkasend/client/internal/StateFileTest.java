package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    Path directory;

    @Test
    void keepsATextThatOnlyItsOwnerMayRead() throws IOException {
        // Given
        Path file = directory.resolve("states").resolve("one.json");
        StateFile state = new StateFile(file);
        assertThat(state.read()).isEmpty();

        // When
        state.write("a longer text");
        state.write("text");
        state.release();

        // Then
        assertThat(new StateFile(file).read()).contains("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void takesAwayFromOthersWhatTheyMightReadOfAFileThatIsThere() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("open.json"), "text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        // When
        new StateFile(file).read();

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void isHadByOneAtATimeAndGoneOnceItIsOver() throws IOException {
        // Given
        Path file = directory.resolve("one.json");
        StateFile state = new StateFile(file);
        state.write("text");

        // Then
        assertThatThrownBy(() -> new StateFile(file).read())
                .isInstanceOf(IOException.class)
                .hasMessage("another request of this process goes on with it");

        // When
        state.clear();
        state.release();
        state.release();

        // Then
        assertThat(file).doesNotExist();
        assertThat(new StateFile(file).read()).isEmpty();
    }

    @Test
    void keepsTheNextOneOnceTheFirstIsOver() throws IOException {
        // Given
        Path file = directory.resolve("one.json");
        StateFile state = new StateFile(file);
        state.write("first");
        state.clear();

        // When
        state.write("second");
        state.release();

        // Then
        assertThat(new StateFile(file).read()).contains("second");
    }

    @Test
    void leavesNoEmptyFileBehind() throws IOException {
        // Given
        Path file = directory.resolve("one.json");
        StateFile state = new StateFile(file);
        state.read();

        // When
        state.release();

        // Then
        assertThat(file).doesNotExist();
    }
}
