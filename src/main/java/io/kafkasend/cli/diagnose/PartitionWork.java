package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.portal.ledger.CommitMarks;
import io.kafkasend.portal.ledger.OffsetRuns;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * What waits in a partition of the request topic. Immutable.
 *
 * @param partition its number
 * @param lag what Kafka's tools tell: records from the committed offset on
 * @param open those of them that are not done, as far as the commit's metadata says
 * @param oldest the first of these; null where there is none, or it cannot be read
 */
record PartitionWork(int partition, long lag, long open, Oldest oldest) {
    /** Longer than this a job waits only where portals are busy, or few. */
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Longer than this no job may take by the defaults: its assembly, and then its call. */
    private static final Duration TOO_LONG = Duration.ofSeconds(1_800);

    private static final int SHOWN = 80;

    /**
     * The oldest record that is not done.
     *
     * @param key most often the job's id; null for none
     * @param time the record's, by the clock of who wrote it
     */
    record Oldest(String key, Instant time) {}

    /**
     * Counts.
     *
     * @param begin the first offset that is there
     * @param end where the next record will be
     * @param committed the group's offset; or null
     * @param metadata of that commit
     */
    static PartitionWork of(int partition, long begin, long end, Long committed, String metadata) {
        long from = committed == null ? begin : Math.max(begin, Math.min(committed, end));
        long done = committed == null
                ? 0
                : CommitMarks.read(committed, metadata)
                        .map(marks -> doneWithin(marks, from, end))
                        .orElse(0L);
        return new PartitionWork(partition, end - from, end - from - done, null);
    }

    private static long doneWithin(CommitMarks marks, long from, long end) {
        long done = 0;
        for (OffsetRuns.Run run : marks.done().runs()) {
            done += Math.max(0, Math.min(run.end(), end) - Math.max(run.from(), from));
        }
        return done;
    }

    /** The same, with what was read. */
    PartitionWork with(Oldest found) {
        return new PartitionWork(partition, lag, open, found);
    }

    /** How it stands. */
    Finding finding(String topic, Instant now) {
        String what = topic + " partition " + partition + ": " + records(open) + " open"
                + (lag == open ? "" : " (lag " + lag + ", of which " + (lag - open) + " are done)");
        if (oldest == null) {
            return Finding.ok("waiting", what);
        }
        Duration age = Duration.between(oldest.time(), now);
        String key = oldest.key() == null ? "without a key" : Printable.of(oldest.key(), SHOWN);
        String told = what + ", the oldest since " + Math.max(0, age.toSeconds()) + " s: " + key;
        String todo = oldest.key() == null ? "look at the portal's log" : "kafkasend trace " + key;
        if (age.compareTo(LONG) <= 0) {
            return Finding.ok("waiting", told);
        }
        return age.compareTo(TOO_LONG) <= 0
                ? Finding.warn(
                        "waiting", told, todo + "; a slow API, too few portals for the work, or one that is not ready")
                : Finding.fail("waiting", told, todo + "; no job may take so long: see whether a portal reads");
    }

    private static String records(long count) {
        return count + (count == 1 ? " record" : " records");
    }

    /** As an object. */
    void write(JsonGenerator json, Instant now) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", partition);
        json.writeNumberField("lag", lag);
        json.writeNumberField("open", open);
        json.writeStringField("oldest_key", oldest == null ? null : oldest.key());
        if (oldest == null) {
            json.writeNullField("oldest_seconds");
        } else {
            json.writeNumberField(
                    "oldest_seconds", Duration.between(oldest.time(), now).toMillis() / 1_000.0);
        }
        json.writeEndObject();
    }
}
