package io.kafkasend.client;

import io.kafkasend.client.internal.TemporaryFile;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/**
 * A request's body. It is read twice, first for its checksum, so each kind can be read from its first byte again.
 * Immutable, and usable for many requests, but for {@link #stream} and {@link #passing}, which are good for one.
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
     * What a stream of a known length gives, sent while it is read: nothing is spooled, and START goes before the first byte
     * is asked for. So no checksum of the body is sent, only its length; what is lost on the way the length shows, and Kafka's
     * own checksum of each record. A request that is signed, or that wants SHA-256, cannot have such a body; compression leaves
     * it as it is, and it has no second try. One of the client's upload threads reads and closes the stream; a stream that gives
     * nothing for long holds that thread as long.
     *
     * @param length how many bytes it gives, 0 or more; the job fails when it gives fewer, or more
     */
    public static Body passing(InputStream stream, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("the length is " + length + "; it takes 0 or more");
        }
        return new Passing(Objects.requireNonNull(stream, "stream"), length);
    }

    /**
     * Makes the body readable.
     *
     * @throws IOException whose message says, for a user, what cannot be read
     */
    abstract Source open() throws IOException;

    /** This body as one that may be opened more than once; to be released after that. */
    Body kept() {
        return this;
    }

    /** Lets go of what {@link #kept} holds. Any thread may call it, again too; what is still being read then fails. */
    void release() {}

    /** A body that is being read. Not thread-safe. */
    interface Source extends AutoCloseable {
        /** The body from its first byte. The stream need not be closed; one is read at a time. */
        InputStream fromStart() throws IOException;

        /** Its length, where that is all that is known before it is sent, and it is read once. */
        default OptionalLong passing() {
            return OptionalLong.empty();
        }

        /** Whether it is the same at every reading, so that one look at it is enough. */
        default boolean fixed() {
            return false;
        }

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
                public boolean fixed() {
                    return true; // by contract; and the portal checks what it gets
                }

                @Override
                public void close() {}
            };
        }
    }

    private static final class Passing extends Body {
        private final InputStream stream;
        private final long length;
        private final AtomicBoolean taken = new AtomicBoolean();

        Passing(InputStream stream, long length) {
            this.stream = stream;
            this.length = length;
        }

        @Override
        Source open() throws IOException {
            if (taken.getAndSet(true)) {
                throw new IOException("a stream's body can be sent once");
            }
            return new Source() {
                @Override
                public InputStream fromStart() {
                    return stream;
                }

                @Override
                public OptionalLong passing() {
                    return OptionalLong.of(length);
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
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
            return spool();
        }

        @Override
        Body kept() {
            return new Kept(this);
        }

        private Spool spool() throws IOException {
            if (taken.getAndSet(true)) {
                throw new IOException("a stream's body can be sent once");
            }
            return Spool.of(stream);
        }
    }

    /** A stream that several jobs send, one after another: it is read once, and its spool stays until it is released. */
    private static final class Kept extends Body {
        private final Spooled stream;
        /** Held by who reads the spool, which has one position. */
        private final Lock reading = new ReentrantLock();

        private Spool spool;
        private boolean released;

        Kept(Spooled stream) {
            this.stream = stream;
        }

        @Override
        Source open() throws IOException {
            reading.lock(); // the job before may be about to find that it has ended
            try {
                Spool open = spooled();
                return new Source() {
                    @Override
                    public InputStream fromStart() throws IOException {
                        return open.fromStart();
                    }

                    @Override
                    public void close() {
                        reading.unlock();
                    }
                };
            } catch (IOException | RuntimeException e) {
                reading.unlock();
                throw e;
            }
        }

        @Override
        void release() {
            Spool open;
            synchronized (this) {
                released = true;
                open = spool;
            }
            close(open);
        }

        private Spool spooled() throws IOException {
            synchronized (this) {
                if (spool != null) {
                    return spool;
                }
            }
            Spool made = stream.spool(); // may take long, and release does not wait for it
            boolean late;
            synchronized (this) {
                spool = made;
                late = released;
            }
            if (late) {
                close(made);
            }
            return made;
        }

        private static void close(Spool open) {
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                LoggerFactory.getLogger(Body.class).warn("Cannot remove a spooled body: {}", e.toString());
            }
        }
    }

    /** A stream's content in a file, which an interrupt, by which a job's end stops its upload, leaves open for the next job. */
    private record Spool(TemporaryFile file) implements Source {
        static Spool of(InputStream stream) throws IOException {
            try (stream) {
                TemporaryFile file = TemporaryFile.create(".body");
                try {
                    fill(file.content(), stream);
                    return new Spool(file);
                } catch (IOException | RuntimeException e) {
                    file.close();
                    throw e;
                }
            }
        }

        private static void fill(RandomAccessFile file, InputStream stream) throws IOException {
            byte[] buffer = new byte[1 << 16];
            int length;
            while ((length = stream.read(buffer)) >= 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                file.write(buffer, 0, length);
            }
        }

        @Override
        public InputStream fromStart() throws IOException {
            file.content().seek(0);
            return new FileInputStream(file.content().getFD());
        }

        @Override
        public void close() throws IOException {
            file.close();
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
