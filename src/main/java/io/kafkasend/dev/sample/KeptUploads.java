package io.kafkasend.dev.sample;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The directory in which the sample API keeps what it gets. No file there is written over, and none is written elsewhere,
 * whatever a client calls its own. Thread-safe.
 */
public final class KeptUploads {
    private static final int NAME_CHARS = 100;

    private final Path directory;

    private KeptUploads(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directory where it is missing.
     *
     * @param directory null for nowhere
     * @throws IOException when nothing can be written there
     */
    public static KeptUploads in(Path directory) throws IOException {
        if (directory != null) {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "upload-", ".part"));
        }
        return new KeptUploads(directory);
    }

    /** Begins a file that nobody sees until it is whole. */
    Upload begin() {
        try {
            if (directory == null) {
                return new Upload(null, OutputStream.nullOutputStream());
            }
            Path part = directory.resolve("." + UUID.randomUUID() + ".part");
            return new Upload(
                    part, Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an IOException of the handler is a lost connection
        }
    }

    /** One upload; gone when it is closed without having been kept. Not thread-safe. */
    final class Upload extends FilterOutputStream {
        private final Path part;

        private Upload(Path part, OutputStream file) {
            super(file);
            this.part = part;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Keeps what was written.
         *
         * @param name what the client calls it; or null
         * @return its file's name; null where nothing is kept
         */
        String keep(String name) {
            if (part == null) {
                return null;
            }
            String safe = name == null ? "body" : name.replaceAll("[^A-Za-z0-9._-]", "_");
            String file = UUID.randomUUID() + "-" + safe.substring(Math.max(0, safe.length() - NAME_CHARS));
            try {
                out.close();
                Files.move(part, directory.resolve(file));
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (part != null) {
                Files.deleteIfExists(part);
            }
        }
    }
}
