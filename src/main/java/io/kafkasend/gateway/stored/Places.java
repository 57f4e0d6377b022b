package io.kafkasend.gateway.stored;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Where the job lies that holds each place: by the order of the topic, which all gateways read alike. For one thread. */
final class Places {
    /** A place and its offset in a map, some 120 bytes. */
    private static final long BYTES = 160;

    private record Key(long high, long low) {
        static Key of(String place) {
            return new Key(
                    Long.parseUnsignedLong(place.substring(0, 16), 16),
                    Long.parseUnsignedLong(place.substring(16), 16));
        }
    }

    private final Map<Key, Long> offsets = new HashMap<>();
    private final long most;
    private long first;

    /**
     * @param heap the bytes that the process may have, of which a quarter may be taken
     */
    Places(long heap) {
        this.most = heap / 4 / BYTES;
    }

    /** Whether no more jobs can be known. */
    boolean isFull() {
        return offsets.size() >= most;
    }

    /**
     * A job comes. It holds the place where nobody does, or where it follows the one that does.
     *
     * @param place 32 hexadecimal digits
     * @param after the offset of the one that it follows; -1 for none
     */
    void offered(String place, long after, long offset) {
        Key key = Key.of(place);
        Long holder = offsets.get(key);
        if (holder == null || holder < first || holder == after) {
            offsets.put(key, offset);
        }
    }

    /** The offset of the job that holds it. */
    OptionalLong holder(String place) {
        Long holder = offsets.get(Key.of(place));
        return holder == null || holder < first ? OptionalLong.empty() : OptionalLong.of(holder);
    }

    /** An offset; empty where what lay there is gone. */
    OptionalLong kept(long offset) {
        return offset < first ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** What lies before is gone from the topic. */
    void gone(long before) {
        if (before > first) {
            first = before;
            offsets.values().removeIf(offset -> offset < before);
        }
    }
}
