package io.kafkasend.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a data directory to one broker, of this process or another. Kafka locks it too, but only after it has opened the
 * metadata log in it, which a second broker may spoil for the first.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "kafkasend.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock; it ends with {@link #close} or with the process.
     *
     * @throws IOException with one line, if another broker has it or the directory cannot be written to
     */
    static DirectoryLock on(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another broker of this process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("another broker has the lock on " + directory);
        }
        return new DirectoryLock(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
