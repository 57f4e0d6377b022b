package io.kafkasend.cli.send;

import io.kafkasend.client.Body;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A body from a file that was named on the command line. */
final class BodyFile {
    private BodyFile() {}

    /**
     * The file of this name, looked at before anything is sent.
     *
     * @throws IllegalArgumentException when there is no readable file
     */
    static Path readable(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the file's name is empty");
        }
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("a file's name cannot be that: " + e.getReason(), e);
        }
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory; it takes a file");
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file + " may not be read");
        }
        return file;
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
