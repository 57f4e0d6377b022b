package io.kafkasend.portal.lifecycle;

import java.util.concurrent.atomic.LongAdder;

/** How often one step was begun, ended, and failed, since its route was made. Thread-safe, without a lock. */
public final class StepCount {
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder failed = new LongAdder();

    StepCount() {}

    void begin() {
        begun.increment();
    }

    void end(boolean well) {
        ended.increment();
        if (!well) {
            failed.increment();
        }
    }

    /** How often the step was come to. */
    public long begun() {
        return begun.sum();
    }

    /** How many exchanges are in the step, or in what lies within it. */
    public long within() {
        return Math.max(0, begun.sum() - ended.sum());
    }

    /** How often the step left a failure behind, its own or one of a step within it. */
    public long failed() {
        return failed.sum();
    }
}
