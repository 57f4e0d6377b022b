package io.kafkasend.portal.event;

import io.kafkasend.concurrent.DaemonThreads;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps a flood out of the log: of what happens again and again within a few seconds, the first ones are told whole and of
 * the rest, in one line, how many. What comes singly is told. Thread-safe.
 */
final class Floods implements AutoCloseable {
    /** So many of a kind are told whole. */
    static final int TOLD = 10;
    /** How long one counts, from the first of a kind on, in seconds. */
    static final int SECONDS = 10;

    private static final int MOST_KINDS = 1_000;

    /**
     * What counts as the same.
     *
     * @param event what happened
     * @param reason why, in one of few words
     * @param client whose it is, where that is certain; or none
     */
    record Kind(String event, String reason, String client) {}

    /** Hears of a flood when its time is over. */
    interface Teller {
        /** So many were not told. */
        void tell(Kind kind, long count);
    }

    private final Map<Kind, Window> windows = new HashMap<>();
    private final Teller teller;
    private final LongSupplier nanoTime;
    private final ScheduledThreadPoolExecutor timer;

    private static final class Window {
        private final long began;
        private long told;
        private long rest;

        Window(long began) {
            this.began = began;
        }
    }

    Floods(Teller teller, LongSupplier nanoTime) {
        this.teller = teller;
        this.nanoTime = nanoTime;
        this.timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-floods"));
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** Whether this one is to be told whole. */
    synchronized boolean tells(Kind kind) {
        long now = nanoTime.getAsLong();
        Window window = windows.get(kind);
        if (window == null || isOver(window, now)) {
            if (window != null && window.rest > 0) {
                teller.tell(kind, window.rest);
            } else if (windows.size() >= MOST_KINDS) {
                tellEnded();
            }
            window = new Window(now);
            windows.put(kind, window);
        }
        if (window.told < TOLD) {
            window.told++;
            return true;
        }
        if (window.rest++ == 0) {
            try {
                timer.schedule(
                        this::tellEnded,
                        SECONDS * 1_000L + 1 - (now - window.began) / 1_000_000,
                        TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                return true; // the portal is stopping: nobody would tell the count
            }
        }
        return false;
    }

    private static boolean isOver(Window window, long now) {
        return now - window.began >= TimeUnit.SECONDS.toNanos(SECONDS);
    }

    /** Tells of the floods whose time is over. */
    synchronized void tellEnded() {
        long now = nanoTime.getAsLong();
        tellIf(window -> isOver(window, now));
    }

    private void tellIf(java.util.function.Predicate<Window> over) {
        windows.entrySet().removeIf(entry -> {
            Window window = entry.getValue();
            if (!over.test(window)) {
                return false;
            }
            if (window.rest > 0) {
                teller.tell(entry.getKey(), window.rest);
            }
            return true;
        });
    }

    /** Tells of all that is not told yet. */
    @Override
    public synchronized void close() {
        timer.shutdownNow();
        tellIf(window -> true);
    }
}
