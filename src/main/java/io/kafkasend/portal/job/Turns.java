package io.kafkasend.portal.job;

import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.requester.Shares;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose whole job is called next. Flows take turns, one job each, as far as each may have calls at once; a flow that has as
 * many waits aside, and those behind it do not (fair queueing, after RFC 970). The last free caller is kept for a flow that has none, so
 * that two that hang do not take them all. Thread-safe.
 */
public final class Turns {
    private final int callers;
    private final Shares shares;
    /** Those that have anything, the next one first. */
    private final Map<Flow, Line> lines = new LinkedHashMap<>();

    private int running;
    private int waiting;
    private boolean open = true;

    /** A whole job that waits for its turn. */
    public interface Turn {
        /** The job. */
        Job job();

        /** The job ended while it waited: its turn will not come. */
        void lapse();
    }

    /** What one flow has. */
    private static final class Line {
        private final Map<Job, Turn> waiting = new LinkedHashMap<>();
        private int running;
    }

    /**
     * @param configuration says how many calls may run at once
     * @param shares how many of them may be one flow's
     */
    public Turns(PortalConfiguration configuration, Shares shares) {
        this.callers = configuration.maxConcurrentJobs();
        this.shares = shares;
    }

    /**
     * Waits from now on.
     *
     * @return false where the job has ended already, so that its turn will not come
     */
    public synchronized boolean add(Turn turn) {
        if (turn.job().state().ended()) {
            return false; // whoever ended it found no turn to let lapse
        }
        lines.computeIfAbsent(turn.job().flow(), flow -> new Line()).waiting.put(turn.job(), turn);
        waiting++;
        return true;
    }

    /** Takes the next turn, if there is one now; its end is to be told. */
    public synchronized Optional<Turn> next() {
        if (!open || waiting == 0 || running >= callers) {
            return Optional.empty();
        }
        for (Map.Entry<Flow, Line> entry : lines.entrySet()) {
            Line line = entry.getValue();
            Job first = first(line);
            if (first != null && mayRun(line, first)) {
                return Optional.of(take(entry.getKey(), line, first));
            }
        }
        return Optional.empty();
    }

    /** The first that is not held back; null for none. */
    private static Job first(Line line) {
        for (Job job : line.waiting.keySet()) {
            if (!job.state().heldBack()) {
                return job;
            }
        }
        return null;
    }

    private boolean mayRun(Line line, Job first) {
        return line.running < shares.running(first.caller())
                && (line.running == 0 || callers - running > 1 || !shares.keepsLast());
    }

    private Turn take(Flow flow, Line line, Job job) {
        Turn turn = line.waiting.remove(job);
        waiting--;
        line.running++;
        running++;
        lines.remove(flow);
        lines.put(flow, line); // the others come first now
        return turn;
    }

    /** A flow's caller is free again. */
    public synchronized void end(Flow flow) {
        Line line = lines.get(flow);
        line.running--;
        running--;
        forgetIfEmpty(flow, line);
    }

    /** The job has ended: it waits no longer. */
    void leave(Job job) {
        Turn turn;
        synchronized (this) {
            Line line = lines.get(job.flow());
            turn = line == null ? null : line.waiting.remove(job);
            if (turn == null) {
                return;
            }
            waiting--;
            forgetIfEmpty(job.flow(), line);
        }
        turn.lapse();
    }

    private void forgetIfEmpty(Flow flow, Line line) {
        if (line.running == 0 && line.waiting.isEmpty()) {
            lines.remove(flow);
        }
    }

    /** Whether turns are given; while they are not, what waits goes on waiting. */
    public synchronized void open(boolean given) {
        open = given;
    }

    /** Gives no more turns; the jobs that wait, in no order. */
    synchronized List<Job> close() {
        open = false;
        return lines.values().stream()
                .flatMap(line -> line.waiting.keySet().stream())
                .toList();
    }

    /** How many jobs are called before each that waits, if all calls take equally long and none is added. */
    public synchronized Map<Job, Integer> places() {
        Map<Job, Integer> places = new HashMap<>();
        List<Iterator<Job>> open = new ArrayList<>();
        lines.values().forEach(line -> open.add(line.waiting.keySet().iterator()));
        while (!open.isEmpty()) {
            open.removeIf(line -> !line.hasNext());
            open.forEach(line -> places.put(line.next(), places.size()));
        }
        return places;
    }

    /** How many jobs of a flow wait. */
    synchronized int waiting(Flow flow) {
        Line line = lines.get(flow);
        return line == null ? 0 : line.waiting.size();
    }

    /** How many jobs wait. */
    public synchronized int waiting() {
        return waiting;
    }

    /** How many calls run. */
    public synchronized int running() {
        return running;
    }
}
