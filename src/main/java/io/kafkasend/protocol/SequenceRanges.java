package io.kafkasend.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which CHUNKs of a request have come, as a STATUS says it: runs of sequences, the lowest first, such as {@code 0-11,14,17-40}. It
 * may leave out the highest ones, and never names one that has not come. Immutable.
 *
 * @param runs in their order, without overlap; none where nothing has come
 */
public record SequenceRanges(List<Run> runs) {
    /** So many are told at most. */
    public static final int MOST = 64;

    /** Nothing has come. */
    public static final SequenceRanges NONE = new SequenceRanges(List.of());

    /**
     * Sequences that follow one another.
     *
     * @param first the lowest, 0 or more
     * @param last the highest, {@code first} or more
     */
    public record Run(int first, int last) {
        @Override
        public String toString() {
            return first == last ? String.valueOf(first) : first + "-" + last;
        }
    }

    public SequenceRanges {
        runs = List.copyOf(runs);
    }

    /**
     * Those that a body has.
     *
     * @param has whether it has the chunk of a sequence; asked for the lowest ones first, until all were met
     * @param chunks how many it has
     * @param total how many it may have
     */
    public static SequenceRanges of(IntPredicate has, int chunks, int total) {
        List<Run> runs = new ArrayList<>();
        int met = 0;
        for (int sequence = 0; sequence < total && met < chunks && runs.size() < MOST; sequence++) {
            int first = sequence;
            while (sequence < total && has.test(sequence)) {
                sequence++;
            }
            if (sequence > first) {
                runs.add(new Run(first, sequence - 1));
                met += sequence - first;
            }
        }
        return new SequenceRanges(runs);
    }

    /** What a STATUS says; empty where it is null or says nothing that can be relied on, upon which it is as if absent. */
    public static Optional<SequenceRanges> read(String text) {
        if (text == null) {
            return Optional.empty();
        }
        List<Run> runs = new ArrayList<>();
        int next = 0;
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (runs.size() == MOST || !part.matches("\\d{1,6}(-\\d{1,6})?")) {
                return Optional.empty();
            }
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (first < next || last < first) {
                return Optional.empty();
            }
            runs.add(new Run(first, last));
            next = last + 1;
        }
        return Optional.of(new SequenceRanges(runs));
    }

    /** What a portal has of a request by its word: all of it, once it waits for no more. */
    public static SequenceRanges saidBy(ResponseStatus status) {
        if (status.known().filter(stage -> stage != JobStage.ACCEPTED).isPresent()) {
            return new SequenceRanges(List.of(new Run(0, Limits.CHUNKS)));
        }
        return status.received() == null ? NONE : status.received();
    }

    /** How many bytes they have of a body that is cut so. */
    public long bytes(int chunkBytes, long total) {
        return runs.stream()
                .mapToLong(run ->
                        Math.max(0, Math.min(total, (run.last() + 1L) * chunkBytes) - (long) run.first() * chunkBytes))
                .sum();
    }

    /** Whether the chunk of this sequence is among them. */
    public boolean has(int sequence) {
        return runs.stream().anyMatch(run -> run.first() <= sequence && sequence <= run.last());
    }

    /** How many there are. */
    public int count() {
        return runs.stream().mapToInt(run -> run.last() - run.first() + 1).sum();
    }

    /** As a STATUS has it; empty for none. */
    @Override
    public String toString() {
        return String.join(",", runs.stream().map(Run::toString).toList());
    }
}
