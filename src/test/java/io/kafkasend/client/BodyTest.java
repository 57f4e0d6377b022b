package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyTest {
    @TempDir
    Path directory;

    @Test
    void everyBodyIsReadTwice() throws IOException {
        Path file = Files.writeString(directory.resolve("body"), "content");
        for (Body body : new Body[] {
            Body.of("content"),
            Body.of("content".getBytes()),
            Body.file(file),
            Body.stream(new ByteArrayInputStream("content".getBytes()))
        }) {
            try (Body.Source source = body.open()) {
                assertThat(source.fromStart().readAllBytes()).asString().isEqualTo("content");
                assertThat(source.fromStart().readAllBytes()).asString().isEqualTo("content");
            }
        }
        try (Body.Source source = Body.empty().open()) {
            assertThat(source.fromStart().readAllBytes()).isEmpty();
        }
    }

    @Test
    void aStreamIsClosedAndGoodForOneRequest() throws IOException {
        // Given
        AtomicBoolean closed = new AtomicBoolean();
        Body body = Body.stream(new ByteArrayInputStream(new byte[3]) {
            @Override
            public void close() {
                closed.set(true);
            }
        });

        // When
        body.open().close();

        // Then
        assertThat(closed).isTrue();
        assertThatThrownBy(body::open).isInstanceOf(IOException.class).hasMessageContaining("once");
    }

    @Test
    void aStreamThatFailsLeavesNoSpool() {
        Body body = Body.stream(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the pipe is gone");
            }
        });

        assertThatThrownBy(body::open).hasMessage("the pipe is gone");
        assertThat(Path.of(System.getProperty("java.io.tmpdir"))).isDirectoryNotContaining("glob:**/kafkasend-*.body");
    }

    @Test
    void whatIsNoReadableFileIsNamed() {
        assertThatThrownBy(() -> Body.file(directory).open()).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> Body.file(directory.resolve("none")).open()).hasMessageContaining("does not exist");
    }

    @Test
    void aStreamThatIsKeptIsOpenedAgainUntilItIsReleased() throws IOException {
        // Given
        Body kept = Body.stream(new ByteArrayInputStream("content".getBytes())).kept();

        // When, Then
        for (int i = 0; i < 3; i++) {
            try (Body.Source source = kept.open()) {
                Thread.currentThread().interrupt(); // as a job's end does to its upload
                assertThat(source.fromStart().readAllBytes()).asString().isEqualTo("content");
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        kept.release();
        kept.release();
        assertThatThrownBy(() -> {
                    try (Body.Source source = kept.open()) {
                        source.fromStart().readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
