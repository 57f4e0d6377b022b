package io.kafkasend.cli.send;

import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.client.Receipt;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The command that fetches the answer of a job.
 *
 * @param receipt the job's; its secret is not part of the line, since others on the machine see it
 */
record FetchLine(Receipt receipt) {
    /** The line, as it is to be typed. */
    String of(ConnectionOptions connection, String replyTo) {
        List<String> words = new ArrayList<>(List.of(
                "kafkasend",
                "fetch",
                receipt.jobId().value(),
                "--digest",
                receipt.requestSha256(),
                "--since",
                receipt.since().truncatedTo(ChronoUnit.SECONDS).toString()));
        words.addAll(connection.toRead());
        if (replyTo != null) {
            words.addAll(List.of("--reply-to", replyTo));
        }
        return words.stream().map(FetchLine::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_.,:/@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
