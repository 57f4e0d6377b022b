package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.internal.AnswerMemory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    @Test
    void aLinkIsFollowedAndModeAndOwnerStay() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("real"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("real"));
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("new"));

        // When
        write(AnswerTarget.file(link).opened());
        write(AnswerTarget.file(dangling).opened());

        // Then
        assertThat(link).isSymbolicLink().hasContent("body");
        assertThat(file).hasContent("body");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(dangling).isSymbolicLink();
        assertThat(directory.resolve("new")).isRegularFile().hasContent("body");
    }

    @Test
    void aFileOfSeveralNamesKeepsThemAll() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("one"), "a longer text");
        Path other = Files.createLink(directory.resolve("two"), file);

        // When
        write(AnswerTarget.file(file));

        // Then
        assertThat(other).hasContent("body");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    @Timeout(20)
    void aPipeStaysOneAndItsReaderGetsTheBody() throws Exception {
        // Given
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        // When
        AnswerTarget target = AnswerTarget.file(pipe);
        assertThat(target.mayBlock()).isTrue();
        write(target.opened());

        // Then
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo("body");
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(pipe).exists();
    }

    @Test
    void anOpenFileOfThisProcessIsWrittenToWhereItEnds() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("log"), "before ");
        try (FileOutputStream open = new FileOutputStream(file.toFile(), true)) {
            Path descriptor = descriptorOf(file);

            // When
            write(AnswerTarget.file(descriptor).opened());
            open.write('!');
        }

        // Then
        assertThat(file).hasContent("before body!");
    }

    @Test
    void whatCannotBeWrittenIsKnownWithoutAnythingBeingChanged() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("answer"), "before");
        Path circle = Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));

        // When, Then
        AnswerTarget.file(file).opened();
        AnswerTarget.file(directory.resolve("x".repeat(255))).opened();
        assertThatThrownBy(() -> AnswerTarget.file(directory).opened()).hasMessageContaining("is a directory");
        assertThatThrownBy(
                        () -> AnswerTarget.file(directory.resolve("no/answer")).opened())
                .hasMessageContaining("directory does not exist");
        assertThatThrownBy(() -> AnswerTarget.file(file.resolve("answer")).opened())
                .hasMessageContaining("answer");
        assertThatThrownBy(() -> AnswerTarget.file(circle).opened()).hasMessageContaining("circle");
        assertThatThrownBy(() ->
                        AnswerTarget.file(directory.resolve("x".repeat(256))).opened())
                .hasMessageContaining("File name too long");
        assertThat(file).hasContent("before");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    private static Path descriptorOf(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                        try {
                            return Files.isSameFile(descriptor, file);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void write(AnswerTarget target) throws IOException {
        AnswerTarget.Sink sink = target.open(new AnswerMemory(0, 0));
        sink.write("body".getBytes(StandardCharsets.UTF_8), 4);
        sink.complete();
    }
}
