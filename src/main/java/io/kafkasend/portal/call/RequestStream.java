package io.kafkasend.portal.call;

import io.kafkasend.portal.body.ChunkStore;
import io.kafkasend.portal.body.ChunkStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/**
 * A request's body as Camel's steps take it: a stream of a known length that can be read again, of which no more than a chunk is
 * copied at a time. Good while the job keeps the body. Not thread-safe.
 */
final class RequestStream extends InputStream implements StreamCache {
    private final ChunkStore store;
    private ChunkStream from;
    private long position;

    RequestStream(ChunkStore store) {
        this.store = store;
        this.from = new ChunkStream(store);
    }

    @Override
    public int read() throws IOException {
        int value = from.read();
        position += value < 0 ? 0 : 1;
        return value;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
        int count = from.read(into, start, length);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public void reset() {
        from = new ChunkStream(store);
        position = 0;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        for (int place = 0, chunks = store.chunks(); place < chunks; place++) {
            out.write(store.chunk(place));
        }
    }

    @Override
    public StreamCache copy(Exchange exchange) {
        return new RequestStream(store);
    }

    /** True, for what Camel asks it for: nothing has to be removed when it is done with. */
    @Override
    public boolean inMemory() {
        return true;
    }

    @Override
    public long length() {
        return store.bytes();
    }

    @Override
    public long position() {
        return position;
    }
}
