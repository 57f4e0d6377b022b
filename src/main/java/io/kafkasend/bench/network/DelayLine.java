package io.kafkasend.bench.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One way of a connection: pieces go in, and come out in the same order, each when it is due. Delays run side by side, as on
 * a line, so that what is sent without waiting arrives without gaps. It holds {@value #MOST_BYTES} bytes at most: whoever
 * puts in more waits, as a sender does for TCP's window. For one thread that puts and one that takes.
 */
final class DelayLine {
    /** The largest receive window that Linux opens by default, more or less: net.ipv4.tcp_rmem, times two and more. */
    static final int MOST_BYTES = 16 << 20;

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final Supplier<Pace> pace;
    private final LongSupplier nanoTime;
    private long held;
    private long lineFree;
    private long lastDue;
    private long lastAcknowledged;
    private boolean ended;

    /**
     * @param pace asked at each piece
     * @param nanoTime a clock like {@link System#nanoTime}
     * @param from before this instant nothing is under way: a connection takes a round trip to come about
     */
    DelayLine(Supplier<Pace> pace, LongSupplier nanoTime, long from) {
        this.pace = pace;
        this.nanoTime = nanoTime;
        this.lineFree = from;
        this.lastDue = from;
        this.lastAcknowledged = from;
    }

    /** Some bytes, and when they are to come out. */
    record Piece(byte[] bytes, long due) {}

    /**
     * Puts in a piece; waits while too much is under way.
     *
     * @param record whether it ends records, which the broker keeps for a while, one after another
     */
    synchronized void put(byte[] bytes, boolean record) throws InterruptedException {
        while (held > 0 && held + bytes.length > MOST_BYTES && !ended) {
            wait();
        }
        if (ended) {
            return;
        }
        Pace now = pace.get();
        lineFree = Math.max(lineFree, nanoTime.getAsLong()) + Math.round(bytes.length * now.nanosPerByte());
        long due = lineFree + now.delayNanos();
        if (record && now.ackNanos() > 0) {
            due = Math.max(due, lastAcknowledged) + now.ackNanos();
            lastAcknowledged = due;
        }
        lastDue = Math.max(lastDue, due);
        held += bytes.length;
        pieces.add(new Piece(bytes, lastDue));
        notifyAll();
    }

    /** Nothing more is put in; the other end is told when all before it is out, and after the same delay. */
    synchronized void end() {
        lastDue = Math.max(lastDue, nanoTime.getAsLong() + pace.get().delayNanos());
        ended = true;
        notifyAll();
    }

    /** The next piece, as soon as there is one, due or not; null at the end. It stays in the line until it is {@link #out}. */
    synchronized Piece next() throws InterruptedException {
        while (pieces.isEmpty() && !ended) {
            wait();
        }
        return pieces.peek();
    }

    /** The piece that {@link #next} gave is out. */
    synchronized void out() {
        held -= pieces.remove().bytes().length;
        notifyAll();
    }

    /** When the last piece is due, or the end. */
    synchronized long lastDue() {
        return lastDue;
    }
}
