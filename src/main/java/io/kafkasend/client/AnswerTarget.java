package io.kafkasend.client;

import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * Where an answer's body goes. Immutable; {@link #memory} and {@link #file} can serve many requests, a {@link #stream}
 * should serve one.
 */
public abstract sealed class AnswerTarget
        permits AnswerPipe, AnswerTarget.Memory, AnswerTarget.FileTarget, AnswerTarget.Stream {

    AnswerTarget() {}

    /**
     * Memory: {@link Answer#bytes()}, up to the client's {@code maxAnswerBytes}, and up to half of the heap for all of a client's
     * answers that are being received.
     */
    public static AnswerTarget memory() {
        return new Memory();
    }

    /**
     * A file, which is there when the answer is complete and checked, and untouched otherwise: the body is written to a
     * temporary file and then takes its place, of a file of that name with its mode and owner. Links are followed. What is there
     * and no regular file, such as a pipe or a device, is written to as a {@link #stream} is, and closed.
     */
    public static AnswerTarget file(Path file) {
        return new FileTarget(Objects.requireNonNull(file, "file"));
    }

    /**
     * A stream, written as the body comes in, flushed at the end and left open; where the API sends it bit by bit, flushed after
     * each. When the job fails, a part of the body may
     * have been written. A stream that blocks holds back this client's other jobs on the same partition once some 16 MiB
     * wait for it, until it goes on or the job's deadline passes.
     */
    public static AnswerTarget stream(OutputStream stream) {
        return new Stream(Objects.requireNonNull(stream, "stream"), false);
    }

    /**
     * Finds out whether the body can go there, before anything is sent. Files stay as they are; a pipe or a device is opened,
     * for which a pipe waits until somebody reads it.
     *
     * @return the target to use, for one request
     * @throws IOException whose message says, for a user, why it cannot be written
     */
    public AnswerTarget opened() throws IOException {
        return this;
    }

    /** Whether a write may block for as long as someone else likes. */
    boolean mayBlock() {
        return false;
    }

    /** Whether whoever reads it does so while it is written. */
    boolean readWhileWritten() {
        return mayBlock();
    }

    /** Whether a part of an answer is where it cannot be taken back, though the target does not block. */
    boolean handedOut() {
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
        /** Tells the head of the answer whose body comes next; again after a restart. */
        default void head(AnswerHead head) {}

        /** Writes the first bytes of an array that may be used again afterwards. */
        void write(byte[] data, int length) throws IOException;

        /** Writes an array that is never changed afterwards. */
        default void take(byte[] data) throws IOException {
            write(data, data.length);
        }

        /** Has what was written so far go on to whoever reads it. */
        default void flush() throws IOException {}

        /** Forgets what was written; false where that cannot be done. */
        boolean restart() throws IOException;

        /** Puts the body in its place; the bytes where it is memory, else null. */
        byte[] complete() throws IOException;

        /** Leaves nothing behind. May be called in any state. */
        void abort();
    }

    static final class Memory extends AnswerTarget {
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

    static final class FileTarget extends AnswerTarget {
        private final Path file;

        FileTarget(Path file) {
            this.file = file;
        }

        @Override
        public AnswerTarget opened() throws IOException {
            AnswerPlace place = AnswerPlace.of(file);
            place.requireWritable();
            return place.special() ? new Stream(place.open(), true) : this;
        }

        @Override
        boolean mayBlock() {
            try {
                return AnswerPlace.of(file).special();
            } catch (IOException e) {
                return false; // which it says when it is opened
            }
        }

        @Override
        Sink open(AnswerMemory memory) throws IOException {
            AnswerPlace place = AnswerPlace.of(file);
            return place.special() ? new StreamSink(place.open(), true) : place.begin();
        }
    }

    static final class Stream extends AnswerTarget {
        private final OutputStream stream;
        private final boolean own;

        Stream(OutputStream stream, boolean own) {
            this.stream = stream;
            this.own = own;
        }

        @Override
        boolean mayBlock() {
            return true;
        }

        @Override
        Sink open(AnswerMemory memory) {
            return new StreamSink(stream, own);
        }
    }

    private static final class StreamSink implements Sink {
        private final OutputStream stream;
        private final boolean own;
        private boolean written;

        StreamSink(OutputStream stream, boolean own) {
            this.stream = stream;
            this.own = own;
        }

        @Override
        public void write(byte[] data, int length) throws IOException {
            written |= length > 0;
            stream.write(data, 0, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }

        @Override
        public boolean restart() {
            return !written;
        }

        @Override
        public byte[] complete() throws IOException {
            stream.flush();
            if (own) {
                stream.close();
            }
            return null;
        }

        @Override
        public void abort() {
            // What was written is written.
            if (own) {
                try {
                    stream.close();
                } catch (IOException e) {
                    LoggerFactory.getLogger(AnswerTarget.class)
                            .debug("Cannot close an answer's target: {}", e.toString());
                }
            }
        }
    }
}
