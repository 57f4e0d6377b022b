package io.kafkasend.bench.network;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Finds the requests in what a client of Kafka sends: each is its length in four bytes, its kind in two, and the rest. For
 * one connection and one thread; counts may be shared.
 */
final class KafkaRequests {
    private static final int HEAD = 6;
    private static final int LENGTH = 4;

    private final Map<String, LongAdder> counts;
    private final byte[] head = new byte[HEAD];
    private int headBytes;
    private long left;
    private boolean records;

    /**
     * @param counts how many of each kind, by Kafka's names
     */
    KafkaRequests(Map<String, LongAdder> counts) {
        this.counts = counts;
    }

    /** Counts for several connections. */
    static Map<String, LongAdder> counts() {
        return new ConcurrentHashMap<>();
    }

    /** Takes a part of what was sent. */
    @FunctionalInterface
    interface Parts {
        /**
         * @param from its first byte
         * @param to behind its last byte
         * @param records whether with this part a request ends that holds records
         */
        void part(int from, int to, boolean records) throws InterruptedException;
    }

    /** Cuts at the ends of requests that hold records. */
    void cut(byte[] bytes, int length, Parts parts) throws InterruptedException {
        int from = 0;
        int at = 0;
        while (at < length) {
            if (headBytes < HEAD) {
                head[headBytes++] = bytes[at++];
                if (headBytes == HEAD) {
                    begin();
                }
            } else {
                int taken = (int) Math.min(left, length - at);
                at += taken;
                left -= taken;
            }
            if (headBytes == HEAD && left <= 0) {
                headBytes = 0;
                if (records) {
                    parts.part(from, at, true);
                    from = at;
                }
            }
        }
        if (from < length) {
            parts.part(from, length, false);
        }
    }

    private void begin() {
        long size = ((head[0] & 0xFFL) << 24) | (head[1] & 0xFF) << 16 | (head[2] & 0xFF) << 8 | head[3] & 0xFF;
        int kind = (short) ((head[4] & 0xFF) << 8 | head[5] & 0xFF);
        left = size - (HEAD - LENGTH);
        records = kind == ApiKeys.PRODUCE.id;
        String name = ApiKeys.hasId(kind) ? ApiKeys.forId(kind).name : "kind " + kind;
        counts.computeIfAbsent(name, ignored -> new LongAdder()).increment();
    }
}
