package io.kafkasend.client.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.slf4j.LoggerFactory;

/**
 * Bytes that wait for their reader, first in, first out: in memory as long as they fit, else in a temporary file. Adding never
 * waits for the reader. Not thread-safe.
 */
public final class SpillBuffer implements AutoCloseable {
    private final AnswerMemory memory;
    private final long most;
    private final Queue<byte[]> pieces = new ArrayDeque<>();
    /** How much of the first piece was read. */
    private int readOfFirst;

    private long inMemory;
    private TemporaryFile file;
    private long fileRead;
    private long fileWritten;

    /**
     * @param memory what this buffer and others may take together, in bytes
     * @param most what this one may take
     */
    public SpillBuffer(AnswerMemory memory, long most) {
        this.memory = memory;
        this.most = most;
    }

    /**
     * Adds the first bytes of an array that may be used again afterwards.
     *
     * @throws IOException when they fit neither in memory nor on disk
     */
    public void add(byte[] data, int length) throws IOException {
        if (keep(length)) {
            pieces.add(Arrays.copyOf(data, length));
        } else if (length > 0) {
            spill(data, length);
        }
    }

    /**
     * Adds an array that is never changed afterwards.
     *
     * @throws IOException when it fits neither in memory nor on disk
     */
    public void take(byte[] data) throws IOException {
        if (keep(data.length)) {
            pieces.add(data);
        } else if (data.length > 0) {
            spill(data, data.length);
        }
    }

    /** How many bytes wait. */
    public long size() {
        return inMemory - readOfFirst + fileWritten - fileRead;
    }

    /** Whether some of them wait in a file. */
    public boolean spilled() {
        return fileWritten > fileRead;
    }

    /**
     * Reads the oldest bytes.
     *
     * @param length at least 1
     * @return how many, at least 1; 0 when none wait
     * @throws IOException when the file cannot be read
     */
    public int read(byte[] to, int at, int length) throws IOException {
        byte[] first = pieces.peek();
        if (first == null) {
            return spilled() ? readFile(to, at, length) : 0;
        }
        int bytes = Math.min(length, first.length - readOfFirst);
        System.arraycopy(first, readOfFirst, to, at, bytes);
        readOfFirst += bytes;
        if (readOfFirst == first.length) {
            pieces.remove();
            readOfFirst = 0;
            inMemory -= first.length;
            memory.free(first.length);
        }
        return bytes;
    }

    /** Forgets what waits, and gives back memory and disk. The buffer can be used again. */
    @Override
    public void close() {
        pieces.clear();
        readOfFirst = 0;
        memory.free(inMemory);
        inMemory = 0;
        fileRead = 0;
        fileWritten = 0;
        TemporaryFile gone = file;
        file = null;
        try {
            if (gone != null) {
                gone.close();
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(SpillBuffer.class).warn("Cannot remove a spilled answer: {}", e.toString());
        }
    }

    /** Whether so many bytes are kept in memory: neither none, which a reader would take for the end, nor any behind the file's. */
    private boolean keep(int length) {
        if (length == 0 || spilled() || inMemory + length > most || !memory.tryTake(length)) {
            return false;
        }
        inMemory += length;
        return true;
    }

    private void spill(byte[] data, int length) throws IOException {
        if (file == null) {
            file = TemporaryFile.create(".answer");
        }
        file.content().seek(fileWritten);
        file.content().write(data, 0, length);
        fileWritten += length;
    }

    private int readFile(byte[] to, int at, int length) throws IOException {
        file.content().seek(fileRead);
        int bytes = file.content().read(to, at, (int) Math.min(length, fileWritten - fileRead));
        if (bytes < 0) {
            throw new IOException("the temporary file of the answer was cut short");
        }
        fileRead += bytes;
        if (fileRead == fileWritten) {
            file.content().setLength(0); // the reader is quick again
            fileRead = 0;
            fileWritten = 0;
        }
        return bytes;
    }
}
