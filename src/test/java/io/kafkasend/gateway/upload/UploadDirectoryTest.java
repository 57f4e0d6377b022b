package io.kafkasend.gateway.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.protocol.SecretHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadDirectoryTest {
    private static final RequestHead REQUEST = new RequestHead(
            "POST",
            "/api/v1/files",
            "a",
            List.of(
                    new HeaderField("Content-Type", "text/plain"),
                    new HeaderField("Authorization", "Bearer secret"),
                    new HeaderField("X-API-KEY", "secret"),
                    new HeaderField("Upload-Complete", "?0")),
            true,
            true);

    @TempDir
    Path path;

    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private UploadDirectory directory;

    @BeforeEach
    void open() throws IOException {
        directory = new UploadDirectory(path, SecretHeaders.and("X-Api-Key"), 100, 250, Duration.ofHours(1), () -> now);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private void reopen() throws IOException {
        directory.close();
        open();
    }

    private Upload create(long length) throws RefusedException {
        return directory.create("alice", REQUEST, length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
    }

    private static void add(Upload upload, String text) throws RefusedException {
        try (Upload.Appending appending = upload.takeOver(upload.offset())) {
            appending.write(text.getBytes(), text.length());
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .toList();
        }
    }

    private static void refused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(code);
            assertThat(refused.problem().status()).isEqualTo(status);
        });
    }

    @Test
    void isFoundAgainAfterARestartWithWhatItHad() throws Exception {
        // Given
        Upload upload = create(10);
        add(upload, "hello");

        // When
        reopen();
        Upload found = directory.find("alice", upload.id());

        // Then
        assertThat(found.offset()).isEqualTo(5);
        assertThat(found.length()).hasValue(10);
        assertThat(found.request().headers()).containsExactly(new HeaderField("Content-Type", "text/plain"));
        refused(() -> directory.find("mallory", upload.id()), 404, "UPLOAD_UNKNOWN");
        add(found, "world");
        assertThat(Files.readString(found.data())).isEqualTo("helloworld");
    }

    @Test
    void itsFilesAreForTheirOwnerAndHoldNoSecret() throws Exception {
        Upload upload = create(-1);

        for (String name : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(path.resolve(upload.id() + ".head")))
                .doesNotContain("secret", "alice", "Upload-Complete");
    }

    @Test
    void goesOnAtItsOffsetOnly() throws Exception {
        Upload upload = create(-1);
        add(upload, "hello");

        refused(() -> upload.takeOver(4), 409, "UPLOAD_OFFSET");
        refused(() -> upload.takeOver(6), 409, "UPLOAD_OFFSET");
        assertThat(upload.offset()).isEqualTo(5);
    }

    @Test
    void theNewestRequestOnlyAddsToIt() throws Exception {
        // Given
        Upload upload = create(-1);
        Upload.Appending older = upload.takeOver(0);
        older.write(new byte[3], 3);

        // When
        Upload.Appending newer = upload.takeOver(3);

        // Then
        refused(() -> older.write(new byte[1], 1), 409, "UPLOAD_TAKEN");
        refused(() -> upload.complete(older), 409, "UPLOAD_TAKEN");
        newer.write(new byte[1], 1);
        assertThat(upload.offset()).isEqualTo(4);
        older.close();
        newer.close();
    }

    @Test
    void aLengthIsKeptTo() throws Exception {
        Upload upload = create(5);
        add(upload, "hell");

        refused(() -> upload.ofLength(6), 400, "UPLOAD_LENGTH");
        refused(() -> upload.complete(upload.takeOver(4)), 400, "UPLOAD_LENGTH");
        refused(() -> add(upload, "oo"), 400, "UPLOAD_LENGTH");
        refused(() -> directory.find("alice", upload.id()), 404, "UPLOAD_UNKNOWN");
        assertThat(files()).isEmpty();
    }

    @Test
    void aCallerHasItsShareAndNoOthers() throws Exception {
        // Given
        Upload upload = create(60);

        // Then
        refused(() -> create(41), 413, "BODY_TOO_LARGE");
        Upload other = create(-1);
        add(other, "x".repeat(40));
        refused(() -> add(other, "x"), 413, "BODY_TOO_LARGE");
        directory.create("bob", REQUEST, OptionalLong.of(100));

        // When
        upload.delete();

        // Then
        add(other, "x".repeat(60));
        reopen();
        refused(() -> create(1), 413, "BODY_TOO_LARGE");
        directory.find("alice", other.id()).delete();
        create(100);
    }

    @Test
    void whatWasSentHasNoBytesAndTakesNone() throws Exception {
        // Given
        Upload upload = create(-1);
        add(upload, "hello");
        upload.complete(upload.takeOver(5));

        // Then
        assertThat(upload.isComplete()).isTrue();
        refused(upload::delete, 409, "UPLOAD_TAKEN");
        upload.sent();
        assertThat(upload.data()).exists();
        upload.settle(false, false);
        assertThat(upload.data()).doesNotExist();

        // When
        reopen();
        Upload found = directory.find("alice", upload.id());

        // Then
        assertThat(found.isComplete()).isTrue();
        assertThat(found.offset()).isEqualTo(5);
        refused(() -> found.takeOver(5), 400, "UPLOAD_COMPLETED");
        create(100);
    }

    @Test
    void whereNothingWasDoneItMayBeCompletedAgain() throws Exception {
        // Given
        Upload upload = create(-1);
        add(upload, "hello");

        // When
        upload.complete(upload.takeOver(5));
        upload.sent();
        upload.settle(false, true);

        // Then
        assertThat(upload.isComplete()).isFalse();
        upload.complete(upload.takeOver(5));
        upload.settle(false, false); // its caller went away, and Kafka had not all of it
        assertThat(upload.isComplete()).isFalse();
        upload.sent(); // the job went on
        assertThat(upload.isComplete()).isTrue();
        assertThat(upload.data()).doesNotExist();
    }

    @Test
    void itsTimeEnds() throws Exception {
        // Given
        Upload upload = create(-1);
        Upload.Appending appending = upload.takeOver(0);
        Upload atWork = create(-1);
        atWork.complete(atWork.takeOver(0));

        // When
        now = now.plus(Duration.ofHours(1));
        directory.sweep();

        // Then
        refused(() -> directory.find("alice", upload.id()), 404, "UPLOAD_UNKNOWN");
        refused(() -> appending.write(new byte[1], 1), 404, "UPLOAD_UNKNOWN");
        assertThat(directory.find("alice", atWork.id()).isComplete()).isTrue();
        appending.close();
        reopen();
        assertThat(files()).isEmpty();
    }

    @Test
    void allCallersTogetherHaveABoundAlsoAfterARestart() throws Exception {
        // Given
        Upload large = create(100);
        directory.create("bob", REQUEST, OptionalLong.of(40));
        directory.create("dave", REQUEST, OptionalLong.of(100));

        // Then
        refused(() -> directory.create("carol", REQUEST, OptionalLong.of(11)), 507, "KEEPING_FAILED");
        Upload growing = directory.create("carol", REQUEST, OptionalLong.empty());
        growing.takeOver().write(new byte[10], 10);
        refused(() -> growing.takeOver().write(new byte[1], 1), 507, "KEEPING_FAILED");
        assertThat(growing.offset()).isEqualTo(10);
        refused(() -> growing.ofLength(11), 507, "KEEPING_FAILED");
        reopen();
        refused(() -> directory.create("carol", REQUEST, OptionalLong.of(1)), 507, "KEEPING_FAILED");

        // When
        directory.find("alice", large.id()).delete();

        // Then
        directory.find("carol", growing.id()).ofLength(100);
        refused(() -> directory.create("bob", REQUEST, OptionalLong.of(11)), 507, "KEEPING_FAILED");
        directory.create("bob", REQUEST, OptionalLong.of(10));
    }

    @Test
    void noLinkIsFollowed() throws Exception {
        // Given
        Path elsewhere = Files.writeString(Files.createTempFile("upload", "elsewhere"), "elsewhere");
        Upload upload = create(-1);
        add(upload, "hello");
        Files.delete(upload.data());
        Files.createSymbolicLink(upload.data(), elsewhere);

        // Then
        refused(() -> add(upload, "x"), 507, "KEEPING_FAILED");
        reopen();
        refused(() -> directory.find("alice", upload.id()), 404, "UPLOAD_UNKNOWN");
        assertThat(elsewhere).hasContent("elsewhere");
        Files.delete(elsewhere);
    }

    @Test
    void aDirectoryIsOneGateways() {
        assertThatThrownBy(() ->
                        new UploadDirectory(path, SecretHeaders.OF_EVERYBODY, 1, 1, Duration.ofHours(1), () -> now))
                .isInstanceOf(IOException.class)
                .hasMessage("another gateway uses it, and each takes one of its own");
    }
}
