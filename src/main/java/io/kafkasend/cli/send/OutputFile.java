package io.kafkasend.cli.send;

import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.concurrent.DaemonThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file that an answer is to go to, which is known to be writable before the call.
 *
 * @param file its name
 * @param timeoutSeconds how long a pipe may have no reader
 */
record OutputFile(Path file, int timeoutSeconds) {
    /**
     * Whether a file is a terminal, by its name or where its links lead.
     *
     * @param file null for none
     */
    static boolean isTerminal(Path file) {
        if (file == null) {
            return false;
        }
        try {
            String device = file.toRealPath().toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    /**
     * Opens it.
     *
     * @throws IllegalArgumentException when it cannot be written
     * @throws ClientException of kind TIMED_OUT for a pipe that nobody reads
     */
    AnswerTarget open() {
        FutureTask<AnswerTarget> opening = new FutureTask<>(AnswerTarget.file(file)::opened);
        // It may wait for a pipe's reader for ever.
        DaemonThreads.named("kafkasend-output", opening).start();
        try {
            return opening.get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            String line = "nobody read " + file + " within " + timeoutSeconds + " seconds; nothing was sent";
            throw new ClientException(Kind.TIMED_OUT, null, line, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IllegalArgumentException("--output " + failure.getMessage(), failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(Kind.CLOSED, null, "interrupted; nothing was sent", e);
        }
    }
}
