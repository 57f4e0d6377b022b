package io.kafkasend.bench.soak;

import io.kafkasend.bench.result.Machine;
import java.nio.file.Path;
import java.util.Map;

/** Told how a soak gets on. */
public interface SoakProgress {
    /** All parts are up; on the thread that runs it. */
    void begins(Machine machine, Path brokerData);

    /** The processes were looked at; on a thread of its own. */
    void looked(double seconds, double of, Map<Ending, Long> endings);
}
