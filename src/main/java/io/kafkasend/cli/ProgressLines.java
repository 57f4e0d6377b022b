package io.kafkasend.cli;

import io.kafkasend.protocol.JobId;
import java.io.PrintStream;
import java.util.Locale;

/** Progress as plain lines: one for each tenth, or for each 10 MB of what has no known length. */
final class ProgressLines implements ProgressDisplay {
    private static final long STEP_OF_UNKNOWN = 10_000_000;

    private final PrintStream err;
    private final String request;
    private final long begin = System.nanoTime();
    private long lastUpload;
    private long lastDownload;

    ProgressLines(PrintStream err, String request) {
        this.err = err;
        this.request = request;
    }

    @Override
    public synchronized void started(JobId jobId) {
        err.println("job " + jobId + ": " + request);
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        lastUpload = show("sent", bytes, total, lastUpload);
    }

    @Override
    public synchronized void downloaded(long bytes, Long totalOrNull) {
        if (totalOrNull != null) {
            lastDownload = show("received", bytes, totalOrNull, lastDownload);
        } else if (bytes / STEP_OF_UNKNOWN > lastDownload) {
            lastDownload = bytes / STEP_OF_UNKNOWN;
            err.println("received " + Bytes.of(bytes) + rate(bytes));
        }
    }

    @Override
    public void close() {
        // The last line is complete.
    }

    private long show(String verb, long bytes, long total, long last) {
        long tenth = total == 0 ? 0 : bytes * 10 / total;
        if (tenth > last) {
            err.printf("%s %d %% of %s%s%n", verb, tenth * 10, Bytes.of(total), rate(bytes));
        }
        return tenth;
    }

    private String rate(long bytes) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        return String.format(Locale.ROOT, ", %s/s", Bytes.of((long) (bytes / Math.max(seconds, 0.001))));
    }
}
