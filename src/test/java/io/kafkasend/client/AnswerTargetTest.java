package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerTargetTest {
    @TempDir
    Path directory;

    @Test
    void aFileIsThereOnlyWhenItIsComplete() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("answer"), "before");
        AnswerTarget.Sink sink = AnswerTarget.file(file).open(new AnswerMemory(0, 0));

        // When
        sink.write(new byte[] {'a', 'b', 'c'}, 2);

        // Then
        assertThat(file).hasContent("before");
        assertThat(sink.complete()).isNull();
        assertThat(file).hasContent("ab");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anAbortedFileLeavesNothing() throws IOException {
        AnswerTarget.Sink sink = AnswerTarget.file(directory.resolve("answer")).open(new AnswerMemory(0, 0));
        sink.write(new byte[10], 10);

        sink.abort();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileBegunAnewHoldsTheSecondContentOnly() throws IOException {
        Path file = directory.resolve("answer");
        AnswerTarget.Sink sink = AnswerTarget.file(file).open(new AnswerMemory(0, 0));
        sink.write("first".getBytes(), 5);

        assertThat(sink.restart()).isTrue();
        sink.write("2nd".getBytes(), 3);
        sink.complete();

        assertThat(file).hasContent("2nd");
    }

    @Test
    void aDirectoryOrAMissingOneIsRefusedInWords() {
        assertThatThrownBy(() -> AnswerTarget.file(directory).open(new AnswerMemory(0, 0)))
                .hasMessageContaining("is a directory");
        assertThatThrownBy(
                        () -> AnswerTarget.file(directory.resolve("no/answer")).open(new AnswerMemory(0, 0)))
                .hasMessageContaining("does not exist");
    }
}
