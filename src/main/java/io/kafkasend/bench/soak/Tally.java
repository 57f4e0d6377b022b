package io.kafkasend.bench.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts how jobs end, and how long those take whose answer is right. Thread-safe. */
final class Tally {
    private static final int DETAILS = 50;

    private final Map<Ending, Long> endings = new EnumMap<>(Ending.class);
    private final Map<Ending, Map<String, Long>> details = new EnumMap<>(Ending.class);
    private final Map<String, Long> kinds = new TreeMap<>();
    private final List<Times> slices = new ArrayList<>();
    private long bytes;

    /** What ended right in one slice of time. */
    private static final class Times {
        private final List<Double> small = new ArrayList<>();
        private final List<Double> all = new ArrayList<>();
        private long other;
        private long wrong;
    }

    /**
     * Takes a job that has ended.
     *
     * @param slice in which slice of the run it did, from 0
     * @param millis how long it took
     * @param moved bytes of request and answer
     */
    synchronized void add(SoakJob job, Verdict verdict, int slice, double millis, long moved) {
        while (slices.size() <= slice) {
            slices.add(new Times());
        }
        Times times = slices.get(slice);
        endings.merge(verdict.ending(), 1L, Long::sum);
        kinds.merge(job.kind(), 1L, Long::sum);
        bytes += moved;
        if (verdict.ending() == Ending.RIGHT) {
            times.all.add(millis);
            if (job.small()) {
                times.small.add(millis);
            }
        } else {
            times.other++;
            times.wrong += verdict.ending().wrong() ? 1 : 0;
            Map<String, Long> known = details.computeIfAbsent(verdict.ending(), ending -> new TreeMap<>());
            known.merge(
                    known.size() < DETAILS || known.containsKey(verdict.detail()) ? verdict.detail() : "others",
                    1L,
                    Long::sum);
        }
    }

    /** How many ended so. */
    synchronized Map<Ending, Long> endings() {
        Map<Ending, Long> all = new EnumMap<>(Ending.class);
        for (Ending ending : Ending.values()) {
            all.put(ending, endings.getOrDefault(ending, 0L));
        }
        return all;
    }

    /** Why those ended so whose answer is not right: codes, and what differs, with how many. */
    synchronized Map<Ending, Map<String, Long>> details() {
        Map<Ending, Map<String, Long>> all = new EnumMap<>(Ending.class);
        details.forEach((ending, counts) -> all.put(ending, new LinkedHashMap<>(counts)));
        return all;
    }

    /** How many of each kind. */
    synchronized Map<String, Long> kinds() {
        return new LinkedHashMap<>(kinds);
    }

    /** Bytes of all bodies, both ways. */
    synchronized long bytes() {
        return bytes;
    }

    /**
     * Each slice of the time so far.
     *
     * @param seconds how long one is
     */
    synchronized List<Slice> slices(double seconds) {
        List<Slice> all = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            Times times = slices.get(i);
            all.add(Slice.of(i * seconds, times.small, times.all, times.other, times.wrong));
        }
        return all;
    }
}
