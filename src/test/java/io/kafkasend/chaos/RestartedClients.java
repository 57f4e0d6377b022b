package io.kafkasend.chaos;

import io.kafkasend.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * Clients as {@code kafkasend send-request} runs them, one after the other: each is killed at some moment of its job and
 * started again, and then must come to its answer. Thread-safe.
 */
final class RestartedClients implements AutoCloseable {
    /** Their numbers are none of {@link JobLoad}'s. */
    private static final int FIRST_NUMBER = 1_000_000;

    private final Path directory;
    private final String bootstrapServers;
    private final Random random;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final AtomicInteger killed = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Thread runner = new Thread(this::run, "restarted-clients");

    RestartedClients(Path directory, String bootstrapServers, long seed) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.random = new Random(seed + 2);
    }

    void start() {
        runner.start();
    }

    private void run() {
        try {
            int number = FIRST_NUMBER;
            do {
                one(number++);
            } while (!ending.await(4 * JobLoad.REST_MILLIS, TimeUnit.MILLISECONDS));
        } catch (IOException e) {
            wrong.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void one(int number) throws IOException, InterruptedException {
        byte[] body = JobLoad.bytes(number, random.nextInt(3_000_000));
        CRC32 crc = new CRC32();
        crc.update(body);
        int length = random.nextInt(1_000_000);
        Path file = Files.write(directory.resolve("body-" + number), body);
        Path answer = directory.resolve("answer-" + number);
        Path log = directory.resolve("client-" + number + ".log");
        String endpoint = "/api/v1/jobs/" + number + "/" + crc.getValue() + "/" + length;

        Process first = client(endpoint, file, answer, log);
        if (!first.waitFor(500 + random.nextInt(3_000), TimeUnit.MILLISECONDS)) {
            first.destroyForcibly().waitFor();
            killed.incrementAndGet();
        }
        Process second = client(endpoint, file, answer, log);
        if (!second.waitFor(150, TimeUnit.SECONDS)) {
            second.destroyForcibly();
            wrong.add(number + " has no outcome: " + Files.readString(log));
            return;
        }
        boolean whole =
                Files.exists(answer) && Arrays.equals(Files.readAllBytes(answer), JobLoad.bytes(number, length));
        String said = Files.readString(log, StandardCharsets.UTF_8);
        if (whole && second.exitValue() == 0) {
            answered.incrementAndGet();
        } else if (second.exitValue() == 1 && said.contains("kafkasend: ") || said.contains("503 after")) {
            failed.incrementAndGet(); // one ERROR, or the API's own refusal
        } else {
            wrong.add(number + " ended with " + second.exitValue() + ": " + said);
        }
        Files.deleteIfExists(answer);
        Files.delete(file);
    }

    private Process client(String endpoint, Path body, Path answer, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command(
                        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        "io.kafkasend.cli.KafkaSend",
                        "send-request",
                        "--bootstrap-servers",
                        bootstrapServers,
                        "--method",
                        "PUT",
                        "--endpoint",
                        endpoint,
                        "--data-file",
                        body.toString(),
                        "--output",
                        answer.toString(),
                        "--timeout",
                        "140"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.matches("(KAFKA|CLIENT)_.*"));
        return builder.start();
    }

    /** Starts no more; gives whether the last one has ended. */
    boolean drained() {
        ending.countDown();
        return !runner.isAlive();
    }

    /** How many were killed; those that were quicker are not counted. */
    int killed() {
        return killed.get();
    }

    int answered() {
        return answered.get();
    }

    int failed() {
        return failed.get();
    }

    /** Jobs that have no outcome, or a wrong one. */
    List<String> wrong() {
        return wrong;
    }

    @Override
    public void close() {
        ending.countDown();
        runner.interrupt();
    }
}
