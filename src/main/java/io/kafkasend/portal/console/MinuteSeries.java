package io.kafkasend.portal.console;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What ended in each minute of the last hour, in a ring that is as large as it will be. Thread-safe. */
final class MinuteSeries {
    /** The hour, and the minute that has begun. */
    static final int MINUTES = 61;

    private static final int ERROR = 400;

    private final LongSupplier millis;
    private final long[] minute = new long[MINUTES];
    private final long[][] counts = new long[MINUTES][Count.values().length];

    /** What is counted. */
    enum Count {
        /** Answers of the API below 400. */
        ANSWERED,
        /** Its other answers: the portal did its part. */
        API_ERRORS,
        /** Jobs that ended with an ERROR. */
        FAILED,
        /** Jobs that their clients cancelled. */
        CANCELLED,
        /** Requests that never were jobs. */
        REFUSED,
        /** Bytes of bodies that came, decompressed. */
        BYTES_IN,
        /** Bytes of answers that went to Kafka. */
        BYTES_OUT
    }

    /**
     * One minute.
     *
     * @param atMillis when it began, in milliseconds since 1970
     * @param counts by {@link Count}'s order
     */
    record Minute(long atMillis, long[] counts) {
        long of(Count count) {
            return counts[count.ordinal()];
        }
    }

    /**
     * @param millis the clock, in milliseconds since 1970
     */
    MinuteSeries(LongSupplier millis) {
        this.millis = millis;
    }

    synchronized void add(EndedJob job) {
        long now = TimeUnit.MILLISECONDS.toMinutes(job.atMillis());
        int at = (int) (now % MINUTES);
        if (minute[at] > now) {
            return; // the clock went back by more than an hour
        }
        if (minute[at] != now) {
            minute[at] = now;
            counts[at] = new long[Count.values().length];
        }
        Count count = count(job);
        if (count != null) {
            counts[at][count.ordinal()]++;
        }
        counts[at][Count.BYTES_IN.ordinal()] += job.bytesIn();
        counts[at][Count.BYTES_OUT.ordinal()] += job.bytesOut();
    }

    private static Count count(EndedJob job) {
        return switch (job.ended()) {
            case ANSWERED -> job.status().orElse(0) < ERROR ? Count.ANSWERED : Count.API_ERRORS;
            case FAILED -> Count.FAILED;
            case CANCELLED -> Count.CANCELLED;
            case REFUSED -> Count.REFUSED;
            case ELSEWHERE -> null;
        };
    }

    /** Every minute of the last hour and the one that has begun, the oldest first; those without anything, too. */
    synchronized List<Minute> lastHour() {
        long now = TimeUnit.MILLISECONDS.toMinutes(millis.getAsLong());
        List<Minute> hour = new ArrayList<>(MINUTES);
        for (long each = now - MINUTES + 1; each <= now; each++) {
            int at = (int) (each % MINUTES);
            hour.add(new Minute(
                    TimeUnit.MINUTES.toMillis(each),
                    minute[at] == each ? counts[at].clone() : new long[Count.values().length]));
        }
        return hour;
    }
}
