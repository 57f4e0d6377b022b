package io.kafkasend.portal.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What is on its way to one topic, in order: what waits, and what the producer has. One thread at a time sends it. That of a
 * topic which is not the portal's own is bounded. Thread-safe.
 */
final class TopicLane {
    /** So many may be on their way before no further record is read. */
    private static final int MOST = 5_000;

    private static final long MOST_BYTES = 4 << 20;
    /** So many go to the producer at once. */
    private static final int TOGETHER = 128;
    /** In a flood what waits is let grow for so long: requests to the broker cost more than all else. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** Refused records are let grow further, as long as this brings more: so the poll thread is through with them first. */
    private static final long FURTHER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MORE = 16;
    private static final long LONGEST_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A topic that has taken nothing for so long holds up nobody. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long FIRST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String topic;
    private final boolean bounded;
    private final LongSupplier nanoTime;
    private final PriorityQueue<Outgoing> waiting = new PriorityQueue<>(Comparator.comparingLong(Outgoing::number));
    private final Set<Outgoing> inFlight = new HashSet<>();
    private long bytes;
    private long progress;
    private long rest;
    private long restsUntil;
    private boolean running;
    private boolean flooded;
    /** So many have been waited for. */
    private int due;

    private boolean closed;

    TopicLane(String topic, boolean bounded, LongSupplier nanoTime) {
        this.topic = topic;
        this.bounded = bounded;
        this.nanoTime = nanoTime;
        this.restsUntil = nanoTime.getAsLong();
    }

    /** That of the portal's own topic of answers, whose ERRORs are never given up. */
    static TopicLane unbounded(String topic) {
        return new TopicLane(topic, false, System::nanoTime);
    }

    /** That of another topic. */
    static TopicLane bounded(String topic) {
        return new TopicLane(topic, true, System::nanoTime);
    }

    String topic() {
        return topic;
    }

    /**
     * Adds one; false, upon which it is not here, when the topic takes nothing and has its share already. A STATUS has no share: it
     * is taken where not much waits.
     */
    synchronized boolean add(Outgoing outgoing) {
        if (outgoing.fleeting() && (closed || size() >= TOGETHER)) {
            return false;
        }
        if (size() == 0) {
            progress = nanoTime.getAsLong();
        } else if (bounded && isOver() && stalls()) {
            return false;
        }
        waiting.add(outgoing);
        bytes += outgoing.bytes();
        if (waiting.size() == TOGETHER || outgoing.endsJob() || isNearlyOver()) {
            notifyAll();
        }
        return true;
    }

    /** Whether the caller is to run it. */
    synchronized boolean begin() {
        if (running || closed || waiting.isEmpty()) {
            return false;
        }
        running = true;
        return true;
    }

    /** Nobody runs it after all. */
    synchronized void end() {
        running = false;
    }

    /**
     * The next to be sent together, after a rest where the topic has refused one; none, upon which nobody runs it, when there is
     * none. All are letters, or all are ERRORs.
     */
    synchronized List<Outgoing> next() {
        long left;
        while (!closed && (left = restsUntil - nanoTime.getAsLong()) > 0) {
            await(left);
        }
        if (flooded && due <= 0) {
            gather();
            due = waiting.size();
        }
        List<Outgoing> next = new ArrayList<>();
        while (!closed && !waiting.isEmpty() && next.size() < TOGETHER && goesWith(next, waiting.peek())) {
            next.add(waiting.poll());
        }
        flooded = next.size() > 1;
        due -= next.size();
        inFlight.addAll(next);
        running = !next.isEmpty();
        return next;
    }

    private void gather() {
        if (!closed && waiting.size() < TOGETHER) {
            await(GATHER_NANOS);
        }
        long end = nanoTime.getAsLong() + LONGEST_GATHER_NANOS;
        int before = 0;
        while (end - nanoTime.getAsLong() > 0 && maySwell(before)) {
            before = waiting.size();
            await(FURTHER_NANOS);
        }
    }

    /** Whether more refused records have come, and may come; a job's own client does not wait for others' refusals. */
    private boolean maySwell(int before) {
        return !closed
                && waiting.size() - before >= MORE
                && !isNearlyOver()
                && waiting.stream().noneMatch(Outgoing::endsJob);
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            closed = true; // the portal has stopped
        }
    }

    private static boolean goesWith(List<Outgoing> others, Outgoing one) {
        return others.isEmpty()
                || others.get(0).letter().isPresent() == one.letter().isPresent();
    }

    /** The broker has it. */
    synchronized void sent(Outgoing outgoing) {
        leave(outgoing);
        progress = nanoTime.getAsLong();
        rest = 0;
    }

    /** It is not sent any more. */
    synchronized void failed(Outgoing outgoing) {
        leave(outgoing);
    }

    private void leave(Outgoing outgoing) {
        inFlight.remove(outgoing);
        bytes -= outgoing.bytes();
    }

    /**
     * It is sent again.
     *
     * @param later after a rest
     */
    synchronized void again(Outgoing outgoing, boolean later) {
        inFlight.remove(outgoing);
        waiting.add(outgoing);
        long now = nanoTime.getAsLong();
        if (later && restsUntil - now <= 0) { // else it was in flight with one that has begun the rest
            rest = rest == 0 ? FIRST_REST_NANOS : Math.min(2 * rest, LONGEST_REST_NANOS);
            restsUntil = now + rest;
        }
    }

    /** Whether no further record is to be read until more of it is sent. */
    synchronized boolean holdsUp() {
        return isOver() && !(bounded && stalls());
    }

    private boolean isOver() {
        return size() >= MOST || bytes >= MOST_BYTES;
    }

    /** So much waits that reading would be held up before it is sent. */
    private boolean isNearlyOver() {
        return size() >= MOST / 5 * 4 || bytes >= MOST_BYTES / 5 * 4;
    }

    private boolean stalls() {
        return size() > 0 && nanoTime.getAsLong() - progress > PATIENCE_NANOS;
    }

    /** How many are on their way. */
    synchronized int size() {
        return waiting.size() + inFlight.size();
    }

    /** All that are on their way. */
    synchronized List<Outgoing> all() {
        return Stream.concat(waiting.stream(), inFlight.stream()).toList();
    }

    /** How many are worth waiting for. */
    synchronized int pending() {
        return bounded && stalls()
                ? 0
                : (int) all().stream().filter(outgoing -> !outgoing.fleeting()).count();
    }

    /** Sends nothing more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
