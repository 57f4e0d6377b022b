package io.kafkasend.cli.diagnose;

import java.time.Instant;

/**
 * What a job's record says, or several chunks one after the other. Immutable.
 *
 * @param time the record's, by the clock of who wrote it; of several the first one's
 * @param until the last one's
 * @param kind such as START or CHUNK
 * @param topic where it lies
 * @param partition of it
 * @param offset the first one's
 * @param last the last one's
 * @param records how many
 * @param what what it says beside its kind; no payload
 */
record TraceEvent(
        Instant time,
        Instant until,
        String kind,
        String topic,
        int partition,
        long offset,
        long last,
        int records,
        String what) {
    static final String CHUNK = "CHUNK";

    /** Such as "api-requests 2:1041-1043". */
    String place() {
        return topic + " " + partition + ":" + offset + (last == offset ? "" : "-" + last);
    }

    /** Whether the other one are chunks that go on where these end. */
    boolean goesOn(TraceEvent next) {
        return kind.equals(CHUNK)
                && next.kind.equals(CHUNK)
                && topic.equals(next.topic)
                && partition == next.partition
                && next.offset > last;
    }

    /** Both in one. */
    TraceEvent with(TraceEvent next) {
        return new TraceEvent(
                time, next.until, kind, topic, partition, offset, next.last, records + next.records, what);
    }
}
