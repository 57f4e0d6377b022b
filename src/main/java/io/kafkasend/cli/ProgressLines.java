package io.kafkasend.cli;

import io.kafkasend.client.JobFailedException;
import io.kafkasend.protocol.JobId;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress as plain lines: one for each tenth, or for each 10 MB of what has no known length. */
final class ProgressLines implements ProgressDisplay {
    private static final long STEP_OF_UNKNOWN = 10_000_000;

    private static final long LEAST_FOR_A_RATE = 1_000_000;

    private final PrintStream err;
    private final String request;
    private long uploadBegin = System.nanoTime();
    private long downloadBegin = uploadBegin;
    private long lastUpload;
    private long lastDownload;

    ProgressLines(PrintStream err, String request) {
        this.err = err;
        this.request = request;
    }

    @Override
    public synchronized void started(JobId jobId) {
        uploadBegin = System.nanoTime();
        lastUpload = 0;
        err.println("job " + jobId + ": " + request);
    }

    @Override
    public synchronized void answering(int status) {
        downloadBegin = System.nanoTime();
        lastDownload = 0;
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        lastUpload = show("sent", bytes, total, lastUpload, uploadBegin);
    }

    @Override
    public synchronized void downloaded(long bytes, Long totalOrNull) {
        if (totalOrNull != null) {
            lastDownload = show("received", bytes, totalOrNull, lastDownload, downloadBegin);
        } else if (bytes / STEP_OF_UNKNOWN > lastDownload) {
            lastDownload = bytes / STEP_OF_UNKNOWN;
            err.println("received " + Bytes.of(bytes) + rate(bytes, downloadBegin));
        }
    }

    @Override
    public synchronized void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        err.println(ProgressDisplay.again(retry, retries, wait, failure));
    }

    @Override
    public void close() {
        // The last line is complete.
    }

    private long show(String verb, long bytes, long total, long last, long begin) {
        long tenth = total == 0 ? 0 : bytes * 10 / total;
        if (tenth > last) {
            err.printf("%s %d %% of %s%s%n", verb, tenth * 10, Bytes.of(total), rate(bytes, begin));
        }
        return tenth;
    }

    private static String rate(long bytes, long begin) {
        if (bytes < LEAST_FOR_A_RATE) {
            return "";
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return String.format(Locale.ROOT, ", %s/s", Bytes.of((long) (bytes / Math.max(seconds, 0.001))));
    }
}
