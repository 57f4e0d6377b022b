package io.kafkasend.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Where an answer's body goes. Immutable; {@link #memory} and {@link #file} can serve many requests, a {@link #stream}
 * should serve one.
 */
public abstract sealed class AnswerTarget {

    private AnswerTarget() {}

    /**
     * Memory: {@link Answer#bytes()}, up to the client's {@code maxAnswerBytes}, and up to half of the heap for all of a client's
     * answers that are being received.
     */
    public static AnswerTarget memory() {
        return new Memory();
    }

    /**
     * A file, which is there when the answer is complete and checked, and untouched otherwise: the body is written to a
     * temporary file beside it and moved into place, over a file of that name.
     */
    public static AnswerTarget file(Path file) {
        return new FileTarget(Objects.requireNonNull(file, "file"));
    }

    /**
     * A stream, written as the body comes in, flushed at the end and left open. When the job fails, a part of the body may
     * have been written. A stream that blocks holds back this client's other jobs on the same partition once some 16 MiB
     * wait for it, until it goes on or the job's deadline passes.
     */
    public static AnswerTarget stream(OutputStream stream) {
        return new Stream(Objects.requireNonNull(stream, "stream"));
    }

    /** Whether a write may block for as long as someone else likes. */
    boolean mayBlock() {
        return false;
    }

    /**
     * Begins a body.
     *
     * @param memory what may be kept in memory
     */
    abstract Sink open(AnswerMemory memory) throws IOException;

    /** A body being written. Not thread-safe. Ended by {@link #complete} or {@link #abort}. */
    interface Sink {
        /** Writes the first bytes of an array that may be used again afterwards. */
        void write(byte[] data, int length) throws IOException;

        /** Writes an array that is never changed afterwards. */
        default void take(byte[] data) throws IOException {
            write(data, data.length);
        }

        /** Forgets what was written; false where that cannot be done. */
        boolean restart() throws IOException;

        /** Puts the body in its place; the bytes where it is memory, else null. */
        byte[] complete() throws IOException;

        /** Leaves nothing behind. May be called in any state. */
        void abort();
    }

    private static final class Memory extends AnswerTarget {
        @Override
        Sink open(AnswerMemory memory) {
            return new MemorySink(memory);
        }
    }

    private static final class MemorySink implements Sink {
        private final AnswerMemory memory;
        private final List<byte[]> pieces = new ArrayList<>();
        private long size;

        MemorySink(AnswerMemory memory) {
            this.memory = memory;
        }

        @Override
        public void write(byte[] data, int length) throws IOException {
            count(length);
            pieces.add(Arrays.copyOf(data, length));
        }

        @Override
        public void take(byte[] data) throws IOException {
            count(data.length);
            pieces.add(data);
        }

        private void count(int length) throws IOException {
            memory.requireFits(size + length);
            memory.take(length);
            size += length;
        }

        @Override
        public boolean restart() {
            abort();
            return true;
        }

        @Override
        public byte[] complete() throws IOException {
            byte[] whole = pieces.size() == 1 ? pieces.get(0) : joined();
            abort(); // from now on it is the caller's
            return whole;
        }

        private byte[] joined() throws IOException {
            long copy = size;
            memory.take(copy);
            try {
                byte[] whole = new byte[(int) copy];
                int at = 0;
                for (byte[] piece : pieces) {
                    System.arraycopy(piece, 0, whole, at, piece.length);
                    at += piece.length;
                }
                return whole;
            } finally {
                memory.free(copy);
            }
        }

        @Override
        public void abort() {
            pieces.clear();
            memory.free(size);
            size = 0;
        }
    }

    private static final class FileTarget extends AnswerTarget {
        private final Path file;

        FileTarget(Path file) {
            this.file = file;
        }

        @Override
        Sink open(AnswerMemory memory) throws IOException {
            Path absolute = file.toAbsolutePath();
            if (Files.isDirectory(absolute)) {
                throw new IOException(file + " is a directory, not a file");
            }
            Path partial = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".part");
            try {
                // Not createTempFile: that one gives the file to its owner only, and the answer would keep it so.
                return new FileSink(
                        absolute,
                        partial,
                        Files.newByteChannel(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            } catch (NoSuchFileException e) {
                throw new IOException("the directory of " + file + " does not exist", e);
            }
        }
    }

    private static final class FileSink implements Sink {
        private final Path file;
        private final Path partial;
        private final SeekableByteChannel channel;
        private final OutputStream out;

        FileSink(Path file, Path partial, SeekableByteChannel channel) {
            this.file = file;
            this.partial = partial;
            this.channel = channel;
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
            try {
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
                Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return null;
        }

        @Override
        public void abort() {
            try {
                channel.close();
                Files.deleteIfExists(partial);
            } catch (IOException e) {
                org.slf4j.LoggerFactory.getLogger(AnswerTarget.class)
                        .warn("Cannot remove {}: {}", partial, e.toString());
            }
        }
    }

    private static final class Stream extends AnswerTarget {
        private final OutputStream stream;

        Stream(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        boolean mayBlock() {
            return true;
        }

        @Override
        Sink open(AnswerMemory memory) {
            return new StreamSink(stream);
        }
    }

    private static final class StreamSink implements Sink {
        private final OutputStream stream;
        private boolean written;

        StreamSink(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(byte[] data, int length) throws IOException {
            written |= length > 0;
            stream.write(data, 0, length);
        }

        @Override
        public boolean restart() {
            return !written;
        }

        @Override
        public byte[] complete() throws IOException {
            stream.flush();
            return null;
        }

        @Override
        public void abort() {
            // What was written is written.
        }
    }
}
