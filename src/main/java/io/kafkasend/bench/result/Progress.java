package io.kafkasend.bench.result;

/** Told how a run gets on, on its own thread. */
public interface Progress {
    /** Broker and API are up; what comes is the first scenario. */
    void ready(Machine machine, String brokerData);

    /** A scenario begins. */
    void begins(String name, int number, int of);

    /** A scenario has ended. */
    void ended(Outcome outcome);
}
