package io.kafkasend.outbox;

import io.kafkasend.client.UploadState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What it takes to go on with a half-sent body, in a file of its parcel, which is one process's own. */
final class UploadFile extends UploadState {
    private final Path file;
    private final boolean mayBegin;

    /**
     * @param mayBegin whether a job may begin; else it is only gone on with
     */
    UploadFile(Path file, boolean mayBegin) {
        this.file = file;
        this.mayBegin = mayBegin;
    }

    @Override
    public Optional<String> read() throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file, StandardCharsets.UTF_8)) : Optional.empty();
    }

    @Override
    public void write(String state) throws IOException {
        if (!mayBegin) {
            throw new IOException("the time of the job that was begun is over");
        }
        Folders.write(file, state.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
