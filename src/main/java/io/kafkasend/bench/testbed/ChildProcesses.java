package io.kafkasend.bench.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Every process of a run, so that none outlives it. Thread-safe. */
public final class ChildProcesses implements AutoCloseable {
    private final Path logs;
    private final Deque<ChildProcess> newestFirst = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * @param logs takes what they write
     */
    public ChildProcesses(Path logs) {
        this.logs = logs;
    }

    /** The processor time that all of them have taken so far. */
    public Duration cpuTime() {
        return newestFirst.stream().map(ChildProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    /** Starts a process; see {@link ChildProcess#start}. */
    public ChildProcess start(String name, List<String> command, Map<String, String> environment) throws IOException {
        ChildProcess child = ChildProcess.start(name, logs, command, environment);
        newestFirst.addFirst(child);
        if (closed) {
            child.close();
        }
        return child;
    }

    /** Ends those that still run, the newest first, and later ones as soon as they start. */
    @Override
    public void close() {
        closed = true;
        newestFirst.forEach(ChildProcess::close);
    }
}
