package io.kafkasend.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/** A body that goes to a temporary file, and takes its place once it is complete. Not thread-safe. */
final class FileSink implements AnswerTarget.Sink {
    private final Path file;
    private final Path partial;
    private final boolean replaces;
    private final SeekableByteChannel channel;
    private final OutputStream out;

    /**
     * @param file where it is to be
     * @param partial where it is until then
     * @param channel writes the latter
     * @param replaces whether the latter may take the former's place; else its content goes into what is there
     */
    FileSink(Path file, Path partial, SeekableByteChannel channel, boolean replaces) {
        this.file = file;
        this.partial = partial;
        this.channel = channel;
        this.replaces = replaces;
        this.out = Channels.newOutputStream(channel);
    }

    @Override
    public void write(byte[] data, int length) throws IOException {
        out.write(data, 0, length);
    }

    @Override
    public boolean restart() throws IOException {
        channel.truncate(0);
        return true;
    }

    @Override
    public byte[] complete() throws IOException {
        channel.close();
        if (replaces) {
            move();
        } else {
            try (OutputStream there =
                    Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                Files.copy(partial, there);
            }
            Files.delete(partial);
        }
        return null;
    }

    private void move() throws IOException {
        try {
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void abort() {
        try {
            channel.close();
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            LoggerFactory.getLogger(AnswerTarget.class).warn("Cannot remove {}: {}", partial, e.toString());
        }
    }
}
