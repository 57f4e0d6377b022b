package io.kafkasend.portal.settings;

import io.kafkasend.config.JobSettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RequesterSettings;
import io.kafkasend.protocol.Limits;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a portal takes of its heap at most, by its settings: one sum for all that clients, brokers and the API can make it hold
 * at the same time. What has a setting is counted by it; what has none is cut to the heap, and from 256 MiB on is as large as
 * speed asks for. Immutable.
 */
public final class HeapBudget {
    private static final long MIB = 1L << 20;

    /** Live objects of a portal without a job, some 20 MiB, and the ids of 50,000 jobs that have ended, some 8. */
    private static final long ITSELF = 28 * MIB;
    /** The signatures that one client has spent: 50,000. */
    private static final long SPENT = 10 * MIB;
    /** From this heap on nothing is cut for want of memory but what grows on with it. */
    private static final long ORDINARY = 256 * MIB;
    /** So many records come with one poll in any heap, where the settings allow it, and one more for so many bytes of it. */
    private static final int FEW_RECORDS = 10;

    private static final long HEAP_FOR_A_RECORD = 26 * MIB;
    /** A record is copied, decoded, parsed and made into strings, one at a time. */
    private static final long RECORD_AT_HAND = 6 * MIB;
    /**
     * A piece of the answer, the next one, and the record that is made of them, each in a region of its own (G1); and the
     * answer's head, of which the record is made first.
     */
    private static final long CALL = 3 * MIB + 3 * MIB / 16;
    /** What the routes give the producers of ERRORs and of crowds' answers. */
    private static final long SMALL_BUFFER = 4 * MIB;
    /** What they give that of dead letters. */
    private static final long DEAD_LETTER_BUFFER = 8 * MIB;
    /** Answers of so many brokers may come at the same time. */
    private static final int BROKERS = 3;
    /** The most that one answer is kept whole of, to be sent with its length first: 13 chunks. */
    private static final long WHOLE_ANSWER = 9 * MIB;
    /** A chunk of 650 KiB takes a whole region of 1 MiB in a heap of up to 2 GiB (G1). */
    private static final double OF_REGION = 1.55;
    /** Not more of the heap by default, however large it is. */
    private static final int SHARE_FOR_BODIES = 3;
    /** With less a portal is not worth starting. */
    private static final long LEAST_FOR_BODIES = 4 * MIB;

    private final long heap;
    private final int fetch;
    private final int partitionFetch;
    private final int pollRecords;
    private final long responses;
    private final long wholeAnswers;
    private final long bodies;
    private final boolean bodiesAreSet;
    private final Map<String, Long> needs = new LinkedHashMap<>();

    private HeapBudget(PortalSettings settings, long heap) {
        this.heap = heap;
        // Half the heap of an ordinary one leaves a quarter for these, since the rest does not shrink.
        double scale = Math.min(1, (double) heap / ORDINARY);
        long cut = (long) (heap * scale);
        long fetched = Math.min(150 * MIB, cut / 10);
        this.fetch = (int) Math.max(MIB + MIB / 4, Math.min(50 * MIB, fetched / BROKERS));
        this.partitionFetch = (int) Math.max(MIB + MIB / 8, Math.min(8 * MIB, cut / 32));
        this.pollRecords = (int)
                Math.min(settings.get(KafkaSettings.MAX_POLL_RECORDS), Math.max(FEW_RECORDS, heap / HEAP_FOR_A_RECORD));
        this.responses = clamp(9 * MIB / 2, cut / 8, 32 * MIB);
        int callers = settings.get(JobSettings.MAX_CONCURRENT_JOBS);
        this.wholeAnswers = Math.min(callers * WHOLE_ANSWER, cut / 24);

        needs.put(
                "the portal itself",
                ITSELF + (settings.get(RequesterSettings.CLIENT_KEYS).isEmpty() ? 0 : SPENT));
        needs.put("room for the collector", heap / 20);
        needs.put("fetches", (long) fetch * BROKERS + partitionFetch);
        needs.put("a poll's " + pollRecords + " records", pollRecords * (long) Limits.RECORD_BYTES + RECORD_AT_HAND);
        needs.put(callers + " calls", callers * CALL + wholeAnswers);
        needs.put(
                "what is on its way to Kafka",
                responses + 2 * otherBufferBytes(SMALL_BUFFER) + otherBufferBytes(DEAD_LETTER_BUFFER));
        long fixed = fixed();
        long set = settings.get(JobSettings.MAX_BUFFERED_BYTES);
        this.bodiesAreSet = set != 0;
        this.bodies = bodiesAreSet
                ? set
                : clamp(LEAST_FOR_BODIES, (long) ((heap - fixed) / OF_REGION), heap / SHARE_FOR_BODIES);
        needs.put("unfinished requests", (long) (bodies * OF_REGION));
    }

    /**
     * The sum of these settings.
     *
     * @param heapBytes what the heap may grow to
     */
    static HeapBudget of(PortalSettings settings, long heapBytes) {
        return new HeapBudget(settings, heapBytes);
    }

    /** The sum of these settings in this process. */
    public static HeapBudget ofThisProcess(PortalSettings settings) {
        return of(settings, Runtime.getRuntime().maxMemory());
    }

    private static long clamp(long least, long wanted, long most) {
        return Math.max(least, Math.min(wanted, most));
    }

    private long fixed() {
        return needs.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes that are needed at most. */
    long needed() {
        return fixed();
    }

    /** Bytes of unfinished requests: as set, or what is left of the heap, up to a third. */
    public long bodyBytes() {
        return bodies;
    }

    /** The most bytes of one answer to a fetch. */
    public int fetchBytes() {
        return fetch;
    }

    /** The most bytes of one partition in it. */
    public int partitionFetchBytes() {
        return partitionFetch;
    }

    /** The most records of one poll. */
    public int pollRecords() {
        return pollRecords;
    }

    /** The most bytes of answers that wait for the broker. */
    public long answerBufferBytes() {
        return responses;
    }

    /**
     * The most bytes that wait in another producer.
     *
     * @param wanted what the routes say of it
     */
    public long otherBufferBytes(long wanted) {
        return Math.min(wanted, responses / 2);
    }

    /** The most bytes of answers that are kept whole to be sent with their length first, of all calls together. */
    public long wholeAnswerBytes() {
        return wholeAnswers;
    }

    /** One line that says what is needed, what there is, and what to change; empty where the heap holds it all. */
    public Optional<String> fault() {
        if (needed() <= heap) {
            return Optional.empty();
        }
        return Optional.of("the heap has " + mebibytes(heap) + " MiB, and these settings need " + mebibytesUp(needed())
                + ": " + parts() + "; give it more (-Xmx), or lower "
                + (bodiesAreSet ? JobSettings.MAX_BUFFERED_BYTES.variable() + ", " : "")
                + JobSettings.MAX_CONCURRENT_JOBS.variable() + " or " + KafkaSettings.MAX_POLL_RECORDS.variable());
    }

    /** What is needed, for what, and what there is: one line. */
    @Override
    public String toString() {
        return "needs up to " + mebibytesUp(needed()) + " MiB of heap: " + parts() + "; has " + mebibytes(heap)
                + " MiB";
    }

    private String parts() {
        return needs.entrySet().stream()
                .map(need -> mebibytesUp(need.getValue()) + " for " + need.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%d", bytes / MIB);
    }

    private static String mebibytesUp(long bytes) {
        return mebibytes(bytes + MIB - 1);
    }
}
