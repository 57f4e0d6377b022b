package io.kafkasend.bench.soak;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * What is to be said of a job.
 *
 * @param ending how it has ended
 * @param detail the code, or what differs, in a few words; empty for a right answer
 */
record Verdict(Ending ending, String detail) {
    static final Verdict RIGHT = new Verdict(Ending.RIGHT, "");

    static Verdict corrupt(String detail) {
        return new Verdict(Ending.CORRUPT, detail);
    }

    static Verdict unexpected(String detail) {
        return new Verdict(Ending.UNEXPECTED, detail);
    }

    /**
     * Of a job without an answer.
     *
     * @param explained the codes that say what the API was asked to do wrong
     */
    static Verdict of(Throwable failure, Set<String> explained) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CancellationException) {
            return new Verdict(Ending.CANCELLED, "");
        }
        if (cause instanceof JobFailedException told) {
            String code = told.code().orElse("no code");
            Ending ending =
                    explained.contains(code) ? Ending.TOLD : told.retryable() ? Ending.REFUSED : Ending.UNEXPECTED;
            return new Verdict(ending, ending == Ending.UNEXPECTED ? detailed(told) : code);
        }
        if (cause instanceof ClientException own) {
            return switch (own.kind()) {
                case TIMED_OUT -> new Verdict(Ending.LOST, detailed(own));
                case CORRUPT -> corrupt(detailed(own));
                default -> unexpected(detailed(own));
            };
        }
        return unexpected(cause.toString());
    }

    /** For whoever looks for the cause: the job is in the logs, and in the topics. */
    private static String detailed(ClientException failure) {
        return failure.getMessage()
                + failure.jobId().map(job -> " (job " + job + ")").orElse("");
    }
}
