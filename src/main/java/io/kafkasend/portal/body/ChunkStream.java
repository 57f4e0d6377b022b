package io.kafkasend.portal.body;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A store's body from its first byte, a chunk at a time. Not thread-safe. */
public final class ChunkStream extends InputStream {
    private final ChunkStore store;
    private final int chunks;
    private int next;
    private InputStream chunk = nullInputStream();

    /**
     * @param store a whole body
     */
    public ChunkStream(ChunkStore store) {
        this.store = store;
        this.chunks = store.chunks();
    }

    @Override
    public int read() throws IOException {
        int value = chunk.read();
        while (value < 0 && next < chunks) {
            chunk = new ByteArrayInputStream(store.chunk(next++));
            value = chunk.read();
        }
        return value;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int count = chunk.read(into, from, length);
        while (count < 0 && next < chunks) {
            chunk = new ByteArrayInputStream(store.chunk(next++));
            count = chunk.read(into, from, length);
        }
        return count;
    }
}
