package io.kafkasend.portal.warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * What a {@link StubBroker} holds: one topic of one partition, which is read. Of other topics, also of one partition each, it
 * keeps nothing and tells of every record. Thread-safe.
 */
public final class StubTopics {
    private final String requests;
    private final Consumer<Record> written;
    private final List<SimpleRecord> log = new ArrayList<>();
    private long begin;
    private long committed;
    private long writtenTo;
    private boolean closed;

    /**
     * @param requests the topic that is read
     * @param written hears of each record that is written to another
     */
    public StubTopics(String requests, Consumer<Record> written) {
        this.requests = requests;
        this.written = written;
    }

    /** Adds a record that is to be read. */
    public synchronized void append(SimpleRecord record) {
        log.add(record);
        notifyAll();
    }

    /** The offset behind the last record. */
    public synchronized long end() {
        return begin + log.size();
    }

    /** Up to where the reader has committed. */
    public synchronized long committed() {
        return committed;
    }

    /** Waits until the reader has committed up to there; false where the time was over before. */
    public synchronized boolean awaitCommitted(long offset, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; committed < offset && left > 0 && !closed; left = end - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
        return committed >= offset;
    }

    /** Nobody waits any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    boolean isRequests(String topic) {
        return requests.equals(topic);
    }

    /** What is committed is not read again. */
    synchronized void commit(long offset) {
        committed = Math.max(committed, offset);
        while (begin < committed && !log.isEmpty()) {
            int done = (int) Math.min(log.size(), committed - begin);
            log.subList(0, done).clear();
            begin += done;
        }
        notifyAll();
    }

    /** The records from there on, waited for a little; of no more bytes than so many, but for the first. */
    synchronized MemoryRecords read(long from, int mostBytes, long waitMillis) throws InterruptedException {
        if (from >= end() && !closed) {
            wait(Math.max(1, waitMillis));
        }
        List<SimpleRecord> found = new ArrayList<>();
        long bytes = 0;
        for (long offset = Math.max(from, begin); offset < end(); offset++) {
            SimpleRecord record = log.get((int) (offset - begin));
            bytes += record.value() == null ? 0 : record.value().remaining();
            if (!found.isEmpty() && bytes > mostBytes) {
                break;
            }
            found.add(record);
        }
        return found.isEmpty()
                ? MemoryRecords.EMPTY
                : MemoryRecords.withRecords(
                        Math.max(from, begin), Compression.NONE, found.toArray(SimpleRecord[]::new));
    }

    /** Takes what is written; the offset of its first record. */
    long write(MemoryRecords records) {
        long first;
        int count = 0;
        for (Record record : records.records()) {
            written.accept(record);
            count++;
        }
        synchronized (this) {
            first = writtenTo;
            writtenTo += count;
        }
        return first;
    }
}
