package io.kafkasend.cli;

import io.kafkasend.protocol.JobId;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress as a bar on a terminal: one while the request goes up, then one while the answer comes down. What is shorter than
 * a megabyte has none: it is over before anybody could look.
 */
final class ProgressBars implements ProgressDisplay {
    private static final int WIDTH = 79;
    private static final long MEGABYTE = 1_000_000;

    private final PrintStream err;
    private final String request;
    private ProgressBar bar;
    private boolean downloading;
    private boolean closed;

    ProgressBars(PrintStream err, String request) {
        this.err = err;
        this.request = request;
    }

    @Override
    public synchronized void started(JobId jobId) {
        err.println("job " + jobId + ": " + request);
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        if (total < MEGABYTE || downloading || closed) {
            return;
        }
        step("upload", bytes, total);
        if (bytes >= total) {
            end();
        }
    }

    @Override
    public synchronized void downloaded(long bytes, Long totalOrNull) {
        if (closed) {
            return;
        }
        if (!downloading) {
            downloading = true;
            end();
        }
        if (totalOrNull == null || totalOrNull >= MEGABYTE) {
            step("download", bytes, totalOrNull == null ? -1 : totalOrNull);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
    }

    private void step(String name, long bytes, long total) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setUnit(" MB", MEGABYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(100)
                    .showSpeed()
                    .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
                    .build();
        }
        bar.stepTo(bytes);
    }

    private void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
