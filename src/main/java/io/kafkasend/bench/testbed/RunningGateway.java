package io.kafkasend.bench.testbed;

/**
 * A gateway that listens.
 *
 * @param http the sample API by its address
 * @param process its process
 */
public record RunningGateway(SampleService http, ChildProcess process) implements AutoCloseable {
    @Override
    public void close() {
        process.close();
    }
}
