package io.kafkasend.portal.body;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A body in memory: the arrays as they came. Grows with what came, never with what START claims. Thread-safe. */
public final class MemoryStore implements ChunkStore {
    private final Map<Integer, byte[]> chunks = new ConcurrentHashMap<>(4);
    private final AtomicLong bytes = new AtomicLong();

    @Override
    public boolean has(int place) {
        return chunks.containsKey(place);
    }

    @Override
    public void put(int place, byte[] data) {
        chunks.put(place, data);
        bytes.addAndGet(data.length);
    }

    @Override
    public byte[] chunk(int place) throws IOException {
        byte[] data = chunks.get(place);
        if (data == null) {
            throw new IOException("chunk " + place + " is not there");
        }
        return data;
    }

    /** The places that are there, in no order. */
    Iterable<Integer> places() {
        return chunks.keySet();
    }

    @Override
    public int chunks() {
        return chunks.size();
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        chunks.clear();
        bytes.set(0);
    }
}
