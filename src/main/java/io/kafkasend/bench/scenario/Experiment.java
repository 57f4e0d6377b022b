package io.kafkasend.bench.scenario;

import java.util.Map;

/**
 * A scenario beside its baseline, ready to be measured: each call is one measurement, and gives the scenario's figures by
 * their keys. Called on one thread, in turns.
 */
public interface Experiment extends AutoCloseable {
    /** Measures KafkaSend. */
    Map<String, Double> scenario() throws Exception;

    /** Measures what it is held against. */
    Map<String, Double> baseline() throws Exception;

    /** Lets go of what was prepared. */
    @Override
    default void close() {}
}
