package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How fast bytes come, and when the last will have: by the last five seconds, so that a stall shows. Not thread-safe. */
final class Pace {
    private record Mark(long nanos, long bytes) {}

    private static final long LOOKED_BACK_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Of what came in less time no rate can be told. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Deque<Mark> marks = new ArrayDeque<>();
    private final Mark first;
    private Mark last;

    /**
     * @param nanos when it begins, by a clock of nanoseconds
     */
    Pace(long nanos) {
        first = new Mark(nanos, 0);
        last = first;
        marks.add(first);
    }

    /** So many bytes have come by now. */
    void at(long bytes, long nanos) {
        last = new Mark(nanos, bytes);
        marks.add(last);
        while (marks.size() > 2 && nanos - marks.peek().nanos() > LOOKED_BACK_NANOS) {
            marks.remove();
        }
    }

    /**
     * What is to be said now, such as ", 48 MB/s, 4 s left"; empty where nothing can be told yet.
     *
     * @param total null where nobody knows
     */
    String underWay(Long total, long nanos) {
        double rate = rate(marks.peek(), nanos);
        return total == null || rate <= 0 || last.bytes() >= total
                ? rate(rate)
                : rate(rate) + ", " + time((total - last.bytes()) / rate) + " left";
    }

    /** What is to be said at the end, such as ", 48 MB/s, in 4.2 s". */
    String over(long nanos) {
        return rate(rate(first, nanos)) + String.format(Locale.ROOT, ", in %.1f s", (nanos - first.nanos()) / 1e9);
    }

    private double rate(Mark since, long nanos) {
        long passed = nanos - since.nanos();
        return passed < LEAST_NANOS ? 0 : (last.bytes() - since.bytes()) * 1e9 / passed;
    }

    private static String rate(double rate) {
        return rate <= 0 ? "" : ", " + Bytes.rate(rate);
    }

    /** Such as "4 s", "2 min", "3 h": in few characters, and no more exact than such a forecast is. */
    private static String time(double seconds) {
        if (seconds < 90) {
            return (long) Math.ceil(seconds) + " s"; // 0 only at the end
        }
        return seconds < 90 * 60 ? Math.round(seconds / 60) + " min" : Math.round(seconds / 3_600) + " h";
    }
}
