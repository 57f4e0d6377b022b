package io.kafkasend.client.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * A temporary file, which nobody else may read. Not a channel: an interrupt would close it under who reads next. As thread-safe
 * as its file.
 */
public final class TemporaryFile implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;

    private TemporaryFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Makes one, in the directory of {@code java.io.tmpdir}. It is gone even when this process is killed, where the system can
     * unlink an open file; elsewhere by {@link #close}.
     *
     * @param suffix the end of its name, such as {@code .body}
     */
    public static TemporaryFile create(String suffix) throws IOException {
        Path path = Files.createTempFile("kafkasend-", suffix);
        RandomAccessFile file;
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            LoggerFactory.getLogger(TemporaryFile.class)
                    .debug("A temporary file is removed when it is closed: {}", e.toString());
        }
        return new TemporaryFile(path, file);
    }

    /** Its content. */
    public RandomAccessFile content() {
        return file;
    }

    /** Closes and removes it; again, it does nothing. */
    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
