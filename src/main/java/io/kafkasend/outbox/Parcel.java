package io.kafkasend.outbox;

import io.kafkasend.client.Receipt;
import io.kafkasend.client.UploadState;
import io.kafkasend.protocol.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A file on its way, in a directory of its own: the file, what is asked of it, and the record of what was done. The record is written
 * before what it tells of is done, so whoever finds the directory after a crash knows what may have been. For one thread at a time.
 */
public final class Parcel {
    private static final String RECORD = "record";
    private static final String FILE = "file";
    private static final String ANSWER = "answer";
    private static final String SIDECAR = "sidecar";
    private static final String UPLOAD = "upload";

    private static final String CLAIMED = "claimed";
    private static final String JOB_ID = "job-id";
    private static final String RECEIPTS = "receipts";
    private static final String IN_KAFKA = "in-kafka";
    private static final String ANSWERED = "outcome.answered";
    private static final String HEAD = "outcome.head";
    private static final String REASON = "outcome.reason";

    private final Path directory;
    private final String name;
    private final Properties record;
    private int setbacks;
    private boolean wentOnWith;

    private Parcel(Path directory, String name, Properties record) {
        this.directory = directory;
        this.name = name;
        this.record = record;
    }

    /**
     * That of a directory.
     *
     * @return empty where it holds no file, and so is of no use
     */
    static Optional<Parcel> in(Path directory) throws IOException {
        if (!Files.isDirectory(directory.resolve(FILE))) {
            return Optional.empty();
        }
        Optional<Path> file;
        try (Stream<Path> files = Files.list(directory.resolve(FILE))) {
            file = files.findFirst();
        }
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Properties record = new Properties();
        if (Files.exists(directory.resolve(RECORD))) {
            try (InputStream in = Files.newInputStream(directory.resolve(RECORD))) {
                record.load(in);
            } catch (IllegalArgumentException e) {
                throw new IOException(directory.resolve(RECORD) + " is damaged", e);
            }
        }
        return Optional.of(new Parcel(directory, file.get().getFileName().toString(), record));
    }

    /** Where a file goes that is claimed. */
    static Path fileIn(Path directory, String name) {
        return directory.resolve(FILE).resolve(name);
    }

    Path directory() {
        return directory;
    }

    /** The file's name, as it was dropped. */
    public String name() {
        return name;
    }

    /** The file. */
    Path file() {
        return fileIn(directory, name);
    }

    /** Where the answer's body is until it is filed away. */
    Path answer() {
        return directory.resolve(ANSWER);
    }

    /** What was dropped with the file to say what is asked; perhaps none. */
    Path sidecar() {
        return directory.resolve(SIDECAR);
    }

    /** Whether it is a file of its own, and no link to what others may not be meant to read. */
    boolean isRegular() {
        return Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether it is known what is asked. */
    boolean isDescribed() {
        return record.containsKey(JOB_ID);
    }

    /** Keeps what is asked, by keys of {@link Asked}, under a first job. */
    void described(Properties asked) throws IOException {
        record.putAll(asked);
        record.setProperty(CLAIMED, Long.toString(System.currentTimeMillis()));
        record.setProperty(JOB_ID, JobId.random().value());
        record.setProperty(RECEIPTS, "0");
        write();
    }

    /** What is asked. */
    Properties asked() {
        return record;
    }

    /** When it was taken up. */
    Instant claimed() {
        return Instant.ofEpochMilli(Long.parseLong(record.getProperty(CLAIMED)));
    }

    /** The job, or the one that would be. */
    JobId jobId() {
        return JobId.parse(record.getProperty(JOB_ID, "")).orElseThrow();
    }

    /** That by which the answer is fetched; empty while nothing of the job can have been sent. */
    Optional<Receipt> receipt() {
        int last = receipts();
        if (last == 0) {
            return Optional.empty();
        }
        String prefix = "receipt." + last + ".";
        return Optional.of(new Receipt(
                jobId(),
                record.getProperty(prefix + "request-sha256"),
                record.getProperty(prefix + "secret"),
                record.getProperty(prefix + "topic"),
                Instant.ofEpochMilli(Long.parseLong(record.getProperty(prefix + "since")))));
    }

    /** Where is kept, from here on, what it takes to go on with the job's body where it is half sent. */
    UploadState upload() throws IOException {
        Files.deleteIfExists(directory.resolve(UPLOAD)); // nothing of another job
        return new UploadFile(directory.resolve(UPLOAD), true);
    }

    /** What was kept of that; empty where nothing was, or this process has gone on with it. */
    Optional<UploadState> halfSent() {
        if (wentOnWith || !Files.exists(directory.resolve(UPLOAD))) {
            return Optional.empty();
        }
        wentOnWith = true;
        return Optional.of(new UploadFile(directory.resolve(UPLOAD), false));
    }

    /** Something of the job is about to be sent. */
    void sends(Receipt receipt) {
        int next = receipts() + 1;
        String prefix = "receipt." + next + ".";
        set(prefix + "request-sha256", receipt.requestSha256());
        set(prefix + "secret", receipt.secret());
        set(prefix + "topic", receipt.topic());
        set(prefix + "since", Long.toString(receipt.since().toEpochMilli()));
        record.setProperty(RECEIPTS, Integer.toString(next));
        record.remove(IN_KAFKA);
        try {
            write();
        } catch (IOException e) {
            record.setProperty(RECEIPTS, Integer.toString(next - 1));
            throw new UncheckedIOException("the record of " + name + " cannot be written: " + Folders.reason(e), e);
        }
    }

    /** Of the last START under the job's id Kafka has none, or an earlier one holds its place. */
    void unsent() throws IOException {
        Files.deleteIfExists(directory.resolve(UPLOAD));
        record.setProperty(RECEIPTS, Integer.toString(Math.max(0, receipts() - 1)));
        record.remove(IN_KAFKA);
        write();
    }

    /** Nothing was done by the job: the next one begins. */
    void again() throws IOException {
        record.setProperty(JOB_ID, JobId.random().value());
        record.setProperty(RECEIPTS, "0");
        record.remove(IN_KAFKA);
        write();
    }

    /** Whether Kafka is known to have the job's START. */
    boolean isInKafka() {
        return record.containsKey(IN_KAFKA);
    }

    void inKafka() throws IOException {
        record.setProperty(IN_KAFKA, "true");
        write();
    }

    /** How it has ended; empty where it has not. */
    Optional<Outcome> outcome() {
        return record.containsKey(REASON)
                ? Optional.of(new Outcome(
                        Boolean.parseBoolean(record.getProperty(ANSWERED)),
                        record.getProperty(HEAD),
                        record.getProperty(REASON)))
                : Optional.empty();
    }

    /** Keeps how it has ended, before anything is filed away. */
    void ended(Outcome outcome) throws IOException {
        if (!isDescribed()) {
            record.setProperty(JOB_ID, JobId.random().value());
        }
        record.setProperty(ANSWERED, Boolean.toString(outcome.answered()));
        record.setProperty(HEAD, outcome.head());
        record.setProperty(REASON, outcome.reason());
        write();
    }

    /** How often in a row it could not go on, with this time. */
    int setback() {
        return ++setbacks;
    }

    /** It went on. */
    void wentOn() {
        setbacks = 0;
    }

    private int receipts() {
        return Integer.parseInt(record.getProperty(RECEIPTS, "0"));
    }

    private void set(String key, String value) {
        if (value == null) {
            record.remove(key);
        } else {
            record.setProperty(key, value);
        }
    }

    private void write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        record.store(bytes, null);
        Folders.write(directory.resolve(RECORD), bytes.toByteArray());
    }

    /** The name as it may be shown: on one line, whatever it is. */
    @Override
    public String toString() {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
