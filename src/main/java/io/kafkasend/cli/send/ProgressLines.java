package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Progress as plain lines: one for each tenth, or for each 10 MB of what has no known length, and one at each change of stage. */
final class ProgressLines implements ProgressDisplay {
    private static final long STEP_OF_UNKNOWN = 10_000_000;

    private static final long LEAST_FOR_A_RATE = 1_000_000;

    private final PrintStream err;
    private final String request;
    private Pace upload = new Pace(System.nanoTime());
    private Pace download = upload;
    private long lastUpload;
    private long lastDownload;
    private StageLine stage;

    ProgressLines(PrintStream err, String request) {
        this.err = err;
        this.request = request;
    }

    @Override
    public synchronized void started(JobId jobId) {
        upload = new Pace(System.nanoTime());
        lastUpload = 0;
        stage = StageLine.sent(System.nanoTime());
        err.println("job " + jobId + ": " + request);
    }

    @Override
    public synchronized void answering(int status) {
        download = new Pace(System.nanoTime());
        lastDownload = 0;
    }

    @Override
    public synchronized void resumed(OptionalLong bytes, long total) {
        err.println(ResumeOptions.line(bytes, total));
    }

    @Override
    public synchronized void uploaded(long bytes, long total) {
        lastUpload = show("sent", bytes, total, lastUpload, upload);
    }

    @Override
    public synchronized void downloaded(long bytes, Long totalOrNull) {
        if (totalOrNull != null) {
            lastDownload = show("received", bytes, totalOrNull, lastDownload, download);
        } else if (bytes / STEP_OF_UNKNOWN > lastDownload) {
            lastDownload = bytes / STEP_OF_UNKNOWN;
            long now = System.nanoTime();
            download.at(bytes, now);
            err.println("received " + Bytes.of(bytes) + download.underWay(null, now));
        }
    }

    @Override
    public synchronized void stage(ResponseStatus status) {
        say(StageLine.of(status, System.nanoTime()));
    }

    @Override
    public synchronized void unheard(OptionalInt portals) {
        if (stage != null) {
            say(stage.unheard(portals));
        }
    }

    private void say(StageLine next) {
        if (!next.says(stage)) {
            err.println(next.at(System.nanoTime()));
        }
        stage = next;
    }

    @Override
    public synchronized void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        err.println(ProgressDisplay.again(retry, retries, wait, failure));
    }

    @Override
    public void close() {
        // The last line is complete.
    }

    private long show(String verb, long bytes, long total, long last, Pace pace) {
        long tenth = total == 0 ? 0 : (long) (bytes * 10.0 / total);
        if (tenth > last) {
            long now = System.nanoTime();
            pace.at(bytes, now);
            String facts = bytes < LEAST_FOR_A_RATE ? "" : tenth < 10 ? pace.underWay(total, now) : pace.over(now);
            err.println(verb + " " + tenth * 10 + " % of " + Bytes.of(total) + facts);
        }
        return tenth;
    }
}
