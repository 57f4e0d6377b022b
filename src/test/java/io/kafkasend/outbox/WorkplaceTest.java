package io.kafkasend.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
    @TempDir
    Path folder;

    private Folders folders;

    @BeforeEach
    void nameFolders() {
        folders = new Folders(folder);
    }

    private Workplace open(Duration quiet) throws IOException {
        Workplace workplace = new Workplace(folders, quiet, true);
        workplace.open();
        return workplace;
    }

    @Test
    void oneOfTwoClaimsAFile() throws IOException {
        // Given
        for (int i = 0; i < 50; i++) {
            Files.writeString(folder.resolve("file-" + i), "x");
        }
        List<String> claimed = new ArrayList<>();
        try (Workplace one = open(Duration.ZERO);
                Workplace other = open(Duration.ZERO)) {

            // When
            for (int i = 0; i < 60; i++) {
                one.next().map(Parcel::name).ifPresent(claimed::add);
                other.next().map(Parcel::name).ifPresent(claimed::add);
            }
        }

        // Then
        assertThat(claimed).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void whatIsLeftIsTakenOverWithItsSidecarAndRecord() throws IOException {
        // Given
        Files.writeString(folder.resolve("file.request"), "method=PUT");
        Files.writeString(folder.resolve("file"), "x");
        String job;
        try (Workplace one = open(Duration.ZERO)) {
            Parcel parcel = one.next().orElseThrow();
            parcel.described(new Properties());
            job = parcel.jobId().value();
        }

        // When
        try (Workplace other = open(Duration.ZERO)) {
            Parcel parcel = other.next().orElseThrow();

            // Then
            assertThat(parcel.jobId().value()).isEqualTo(job);
            assertThat(parcel.sidecar()).hasContent("method=PUT");
            other.over(parcel);
            assertThat(other.next()).isEmpty();
            assertThat(parcel.directory()).doesNotExist();
        }
        assertThat(folder).isDirectoryNotContaining("glob:**file*");
    }

    @Test
    void aFileThatChangesIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Workplace workplace = open(Duration.ofMinutes(5))) {
            assertThat(workplace.next()).isEmpty();
            Files.writeString(file, "xx");
            assertThat(workplace.next()).isEmpty();
            assertThat(file).exists();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsSaidInOneLine() throws IOException {
        assertThat(folders.fault()).isEmpty();
        Files.delete(folders.done());
        Files.writeString(folders.done(), "in the way");

        assertThat(folders.fault()).hasValueSatisfying(fault -> assertThat(fault)
                .startsWith("OUTBOX_DIRECTORY: folder " + folders.done() + " cannot be written: "));
    }

    @Test
    void whatWaitsComesAgain() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        try (Workplace workplace = open(Duration.ZERO)) {
            Parcel parcel = workplace.next().orElseThrow();
            workplace.later(parcel, Duration.ofMillis(1));
            await().until(() -> workplace.next().equals(Optional.of(parcel)));
        }
    }

    @Test
    void nothingIsWrittenOverAndWhatWasPlacedIsKnownAgain() throws IOException {
        // Given
        folders.make();
        Path mine = Files.writeString(folder.resolve("mine"), "mine");
        Files.writeString(folders.done().resolve("name"), "another");

        // When
        String first = Folders.place(mine, folders.done(), "name", "id");
        String again = Folders.place(mine, folders.done(), "name", "id");

        // Then
        assertThat(first).isEqualTo("name.id");
        assertThat(again).isEqualTo(first);
        assertThat(folders.done().resolve("name")).hasContent("another");
        assertThat(folders.done().resolve("name.id")).hasContent("mine");
    }
}
