package io.kafkasend.cli;

import io.kafkasend.client.Body;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A body from a file that was named on the command line. */
final class BodyFile {
    private BodyFile() {}

    /**
     * Finds out before anything is sent.
     *
     * @throws IllegalArgumentException when there is no readable file
     */
    static void requireReadable(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory; it takes a file");
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file + " may not be read");
        }
    }

    /** The file's content; that of a pipe, which cannot be read twice, is spooled. */
    static Body of(Path file) {
        if (Files.isRegularFile(file)) {
            return Body.file(file);
        }
        try {
            return Body.stream(Files.newInputStream(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read", e);
        }
    }
}
