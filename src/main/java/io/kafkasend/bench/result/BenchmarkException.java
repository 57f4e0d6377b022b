package io.kafkasend.bench.result;

/** The benchmark cannot go on; the message says why, in one line that is fit for a user. */
public final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchmarkException(String message) {
        super(message);
    }

    public BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
