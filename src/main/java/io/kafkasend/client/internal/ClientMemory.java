package io.kafkasend.client.internal;

/**
 * How much of the heap the parts of a client may take: together some two thirds of a small one, and from 512 MiB on what speed
 * asks for. Immutable.
 *
 * @param heap what the heap may grow to, in bytes
 */
public record ClientMemory(long heap) {
    private static final long MIB = 1L << 20;
    /** The least that holds a record. */
    private static final long RECORD = 5 * MIB / 4;

    /** That of this process. */
    public static ClientMemory ofThisProcess() {
        return new ClientMemory(Runtime.getRuntime().maxMemory());
    }

    /** The most bytes of all answers that are kept in memory, those that are being put together counted twice. */
    public long allAnswers() {
        return heap / 2;
    }

    /** The most bytes of one answer where the user says nothing. */
    public long answer() {
        return Math.min(256 * MIB, heap / 4);
    }

    /** The most bytes of one answer, whatever the user says. */
    public long answer(long asked) {
        return Math.min(asked, heap / 4);
    }

    /** A job's bytes on their way to the broker, at most. */
    public long window() {
        return within(RECORD, heap / 16, 16 * MIB);
    }

    /** All bytes on their way to the broker, at most. */
    public long producer(int uploadThreads) {
        return within(2 * RECORD, heap / 4, Math.max(64 * MIB, 2 * window() * uploadThreads));
    }

    /** A job's bytes that wait for its target before its partition is paused. */
    public long backlog() {
        return within(RECORD, heap / 16, 16 * MIB);
    }

    /** All jobs' bytes that wait for their targets, before the partitions of all of them are paused. */
    public long allBacklogs() {
        return within(RECORD, heap / 8, 64 * MIB);
    }

    /** All jobs' bytes that wait for an earlier CHUNK, at most. */
    public long held() {
        return within(RECORD, heap / 8, 64 * MIB);
    }

    /** What has come of an answer that is read as a stream, and was not read yet; the rest is on disk. */
    public long stream() {
        return Math.min(8 * MIB, heap / 32);
    }

    /** The same of all such answers. */
    public long allStreams() {
        return Math.min(64 * MIB, heap / 16);
    }

    /** One answer to a fetch, at most. */
    public int fetch() {
        return (int) within(RECORD, heap / 8, 32 * MIB);
    }

    /** One answer to a fetch for a job that was begun before, at most: each such job has a consumer of its own. */
    public int fetchForOne() {
        return (int) within(RECORD, heap / 64, 4 * MIB);
    }

    /** What is of one partition in it, at most. */
    public int partitionFetch() {
        return (int) within(RECORD, heap / 16, 8 * MIB);
    }

    private static long within(long least, long wanted, long most) {
        return Math.max(least, Math.min(wanted, most));
    }
}
