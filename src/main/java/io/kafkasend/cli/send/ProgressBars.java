package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Terminal;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress as a bar on a terminal: one while the request goes up, then one while the answer comes down. It is as wide as the terminal,
 * and follows it. What is shorter than a megabyte has none: it is over before anybody could look. In between stands where the job is, and
 * goes when it is over.
 */
final class ProgressBars implements ProgressDisplay {
    private static final long MEGABYTE = 1_000_000;
    private static final long REDRAW_MILLIS = 100;
    /** Most jobs are over by then. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String OVER_THE_LINE = "\r";
    private static final String ERASE_THE_REST = "\u001b[K";

    private final PrintStream err;
    private final Terminal screen;
    private final String request;
    private final LongSupplier nanoTime;
    private ScheduledExecutorService timer;
    private Future<?> drawing;
    private long uploadBegin;
    private long downloadBegin;
    private ProgressBar bar;
    private StageLine stage;
    private long stageFrom;
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
        stage = null;
    }

    @Override
    public synchronized void resumed(OptionalLong bytes, long total) {
        over(ResumeOptions.line(bytes, total));
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        if (stage == null && !downloading && !closed) {
            stageFrom = nanoTime.getAsLong();
            show(StageLine.sent(stageFrom));
        }
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
        erase();
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
    public synchronized void stage(ResponseStatus status) {
        if (!downloading && !closed) {
            show(StageLine.of(status, nanoTime.getAsLong()));
        }
    }

    @Override
    public synchronized void unheard(OptionalInt portals) {
        if (!downloading && !closed && stage != null) {
            show(stage.unheard(portals));
        }
    }

    private void show(StageLine next) {
        stage = next;
        if (drawing == null) {
            draw(TimeUnit.NANOSECONDS.toMillis(QUIET_NANOS));
        }
    }

    @Override
    public synchronized void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        end();
        erase();
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
        erase();
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    private void step(boolean up, long bytes, Long total) {
        if (bar == null) {
            bar = new ProgressBar(up, up ? uploadBegin : downloadBegin);
            draw(0);
        }
        bar.at(bytes, total, nanoTime.getAsLong());
    }

    /** From then on. */
    private void draw(long millis) {
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(task -> DaemonThreads.named("kafkasend-progress", task));
        }
        if (drawing != null) {
            drawing.cancel(false);
        }
        drawing = timer.scheduleWithFixedDelay(this::draw, millis, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Draws what there is to see now; a resized terminal is asked for its size before anybody has to wait for that. */
    void draw() {
        int columns = screen.columns();
        synchronized (this) {
            if (bar != null) {
                over(bar.line(columns, nanoTime.getAsLong()));
            } else if (stage != null && nanoTime.getAsLong() - stageFrom >= QUIET_NANOS) {
                String line = stage.at(nanoTime.getAsLong());
                over(line.substring(0, Math.max(0, Math.min(line.length(), columns - 1))));
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

    /** What stood there of the stage was for the moment. */
    private void erase() {
        if (!drawn.isEmpty()) {
            over("");
            err.print(OVER_THE_LINE);
            err.flush();
        }
        stage = null;
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
