package io.kafkasend.portal.body;

import java.io.IOException;

/**
 * Where a body's chunks are kept, by their place, as they came. Closing it lets go of them all. What is put is seen by all
 * threads; only one thread at a time may put.
 */
public interface ChunkStore extends AutoCloseable {
    /** Whether the chunk of this place is there. */
    boolean has(int place);

    /**
     * Keeps a chunk, once for each place. Do not change the array afterwards.
     *
     * @throws IOException when it cannot be kept; the store is of no use then
     */
    void put(int place, byte[] data) throws IOException;

    /**
     * The chunk of a place. Do not change the array.
     *
     * @throws IOException when it is not there, no longer there, or no longer what it was
     */
    byte[] chunk(int place) throws IOException;

    /** How many chunks there are. */
    int chunks();

    /** How many bytes they have together. */
    long bytes();

    @Override
    void close();
}
