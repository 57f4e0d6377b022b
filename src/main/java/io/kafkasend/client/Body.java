package io.kafkasend.client;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request's body. It is read twice, first for its checksum, so each kind can be read from its first byte again.
 * Immutable, and usable for many requests, but for {@link #stream}, which is good for one.
 */
public abstract sealed class Body {

    private Body() {}

    /** The bytes as they are. Do not change the array before the job has ended. */
    public static Body of(byte[] bytes) {
        return new Bytes(Objects.requireNonNull(bytes, "bytes"));
    }

    /** The text in UTF-8. */
    public static Body of(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** No bytes. */
    public static Body empty() {
        return new Bytes(new byte[0]);
    }

    /** A regular file's content. The file is looked at when the job is sent, and must not change until it is. */
    public static Body file(Path file) {
        return new FileContent(Objects.requireNonNull(file, "file"));
    }

    /**
     * What a stream gives until its end: spooled to a temporary file, which is always removed. One of the client's upload
     * threads reads and closes the stream; a stream that gives nothing for long holds that thread as long.
     */
    public static Body stream(InputStream stream) {
        return new Spooled(Objects.requireNonNull(stream, "stream"));
    }

    /**
     * Makes the body readable.
     *
     * @throws IOException whose message says, for a user, what cannot be read
     */
    abstract Source open() throws IOException;

    /** A body that is being read. Not thread-safe. */
    interface Source extends AutoCloseable {
        /** The body from its first byte. The stream need not be closed; one is read at a time. */
        InputStream fromStart() throws IOException;

        @Override
        void close() throws IOException;
    }

    private static final class Bytes extends Body {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        Source open() {
            return new Source() {
                @Override
                public InputStream fromStart() {
                    return new ByteArrayInputStream(bytes);
                }

                @Override
                public void close() {}
            };
        }
    }

    private static final class FileContent extends Body {
        private final Path file;

        FileContent(Path file) {
            this.file = file;
        }

        @Override
        Source open() throws IOException {
            if (Files.isDirectory(file)) {
                throw new IOException(file + " is a directory, not a file");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException(file + " is not a regular file, and is read twice: send it as a stream");
            }
            try {
                return new ChannelSource(FileChannel.open(file, StandardOpenOption.READ));
            } catch (NoSuchFileException | FileNotFoundException e) {
                throw new IOException(file + " does not exist", e);
            } catch (AccessDeniedException e) {
                throw new IOException(file + " may not be read", e);
            }
        }
    }

    private static final class Spooled extends Body {
        private final InputStream stream;
        private final AtomicBoolean taken = new AtomicBoolean();

        Spooled(InputStream stream) {
            this.stream = stream;
        }

        @Override
        Source open() throws IOException {
            if (taken.getAndSet(true)) {
                throw new IOException("a stream's body can be sent once");
            }
            Path spool = Path.of(System.getProperty("java.io.tmpdir"), "kafkasend-" + UUID.randomUUID() + ".body");
            // DELETE_ON_CLOSE: gone even when this process is killed, where the system can unlink an open file.
            FileChannel channel = FileChannel.open(
                    spool,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            try (stream) {
                stream.transferTo(Channels.newOutputStream(channel));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return new ChannelSource(channel);
        }
    }

    private record ChannelSource(FileChannel channel) implements Source {
        @Override
        public InputStream fromStart() throws IOException {
            channel.position(0);
            return Channels.newInputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
