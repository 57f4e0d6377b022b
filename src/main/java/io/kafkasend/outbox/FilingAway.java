package io.kafkasend.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code file-away}: puts answer, reason and file into their folders, the file last. Done again after a crash, it ends what it
 * began. Thread-safe.
 */
public final class FilingAway implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(FilingAway.class);

    private final Folders folders;

    /**
     * @param configuration names the folders
     */
    public FilingAway(OutboxConfiguration configuration) {
        this.folders = configuration.folders();
    }

    /** @throws IOException where a folder cannot be written now */
    @Override
    public void process(Exchange exchange) throws IOException {
        Parcel parcel = exchange.getProperty(FilesConsumer.PARCEL, Parcel.class);
        Outcome outcome = parcel.outcome().orElseThrow(() -> new IllegalStateException("there is no outcome"));
        String job = parcel.jobId().value();
        String name = parcel.name();
        if (outcome.answered()) {
            name = Folders.place(parcel.answer(), folders.answers(), name, job);
            Folders.place(text(parcel, "head", outcome.head()), folders.answers(), name + ".head", job);
        }
        Path folder = outcome.isDone() ? folders.done() : folders.failed();
        if (!outcome.isDone()) {
            String reason = outcome.reason() + "\nFile: " + parcel + "\nRequest: " + Asked.line(parcel.asked())
                    + "\nJob: " + job + "\nTime: " + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                    + "\nTo send it again, move it back into the outbox.\n";
            Folders.place(text(parcel, "reason", reason), folder, name + ".reason.txt", job);
        }
        if (Files.exists(parcel.sidecar())) {
            Folders.place(parcel.sidecar(), folder, name + Workplace.SIDECAR, job);
        }
        Folders.place(parcel.file(), folder, name, job);
        (outcome.isDone() ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue("file", parcel)
                .addKeyValue("job_id", job)
                .addKeyValue("answer", outcome.head().lines().findFirst().orElse("none"))
                .addKeyValue("reason", outcome.reason().lines().findFirst().orElse(""))
                .log(outcome.isDone() ? "a file is done" : "a file has failed");
    }

    /** What is there already stays, so that what was put into a folder before a crash is known by being the same file. */
    private static Path text(Parcel parcel, String name, String text) throws IOException {
        Path file = parcel.directory().resolve(name);
        if (!Files.exists(file)) {
            Folders.write(file, text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
