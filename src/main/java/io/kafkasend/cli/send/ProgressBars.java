package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Terminal;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.protocol.JobId;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress as a bar on a terminal: one while the request goes up, then one while the answer comes down. It is as wide as the terminal,
 * and follows it. What is shorter than a megabyte has none: it is over before anybody could look.
 */
final class ProgressBars implements ProgressDisplay {
    private static final long MEGABYTE = 1_000_000;
    private static final long REDRAW_MILLIS = 100;
    private static final String OVER_THE_LINE = "\r";
    private static final String ERASE_THE_REST = "\u001b[K";

    private final PrintStream err;
    private final Terminal screen;
    private final String request;
    private final LongSupplier nanoTime;
    private ScheduledExecutorService timer;
    private long uploadBegin;
    private long downloadBegin;
    private ProgressBar bar;
    private String drawn = "";
    private boolean downloading;
    private boolean closed;

    /**
     * @param screen the terminal that err is
     * @param request what is sent, in a few words
     */
    ProgressBars(PrintStream err, Terminal screen, String request) {
        this(err, screen, request, System::nanoTime);
    }

    ProgressBars(PrintStream err, Terminal screen, String request, LongSupplier nanoTime) {
        this.err = err;
        this.screen = screen;
        this.request = request;
        this.nanoTime = nanoTime;
        this.uploadBegin = nanoTime.getAsLong();
    }

    @Override
    public synchronized void started(JobId jobId) {
        err.println("job " + jobId + ": " + request);
        uploadBegin = nanoTime.getAsLong();
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        if (total < MEGABYTE || downloading || closed) {
            return;
        }
        step(true, bytes, total);
        if (bytes >= total) {
            end();
        }
    }

    @Override
    public synchronized void answering(int status) {
        end(); // of the upload, or of an answer that begins anew
        downloading = true;
        downloadBegin = nanoTime.getAsLong();
    }

    @Override
    public synchronized void downloaded(long bytes, Long totalOrNull) {
        if (!closed && (totalOrNull == null ? bytes : totalOrNull) >= MEGABYTE) {
            step(false, bytes, totalOrNull);
        }
    }

    @Override
    public synchronized void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        end();
        downloading = false;
        err.println(ProgressDisplay.again(retry, retries, wait, failure));
    }

    @Override
    public synchronized void arrived() {
        if (bar != null && downloading) {
            bar.complete();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    private void step(boolean up, long bytes, Long total) {
        if (bar == null) {
            bar = new ProgressBar(up, up ? uploadBegin : downloadBegin);
        }
        bar.at(bytes, total, nanoTime.getAsLong());
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(task -> DaemonThreads.named("kafkasend-progress", task));
            timer.scheduleWithFixedDelay(this::draw, 0, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Draws what there is to see now; a resized terminal is asked for its size before anybody has to wait for that. */
    void draw() {
        int columns = screen.columns();
        synchronized (this) {
            if (bar != null) {
                over(bar.line(columns, nanoTime.getAsLong()));
            }
        }
    }

    private void over(String line) {
        if (!line.equals(drawn)) {
            err.print(OVER_THE_LINE + line + ERASE_THE_REST);
            err.flush();
            drawn = line;
        }
    }

    private void end() {
        if (bar != null) {
            over(bar.lastLine(screen.columns(), nanoTime.getAsLong()));
            err.println();
            bar = null;
            drawn = "";
        }
    }
}
