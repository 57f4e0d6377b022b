package io.kafkasend.chaos;

import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * Jobs without end, so many at a time, each with a number from which its body and its answer follow. Counts what the client
 * got: an answer, one ERROR, or nothing. Thread-safe.
 */
final class JobLoad implements AutoCloseable {
    /** Between one burst of jobs and the next: long where other tests run beside, short where chaos is all that runs. */
    static final long REST_MILLIS = Long.getLong("chaos.rest", 500);

    private final KafkaSendClient client;
    private final Mix mix;
    private final Random random;
    private final Semaphore window;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Map<String, AtomicInteger> failed = new ConcurrentHashMap<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final List<String> corrupt = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread sender = new Thread(this::send, "job-load");

    /** What jobs are sent, and how many at a time. */
    enum Mix {
        /** Bodies and answers of any size, one job after another. */
        BODIES(6, 1, 0.1, 0),
        /** Small GETs, so many at once that their records wait for one another, at the client and at the portals. */
        CROWD(240, 80, 1, 2_000_000);

        private final int atOnce;
        private final int burst;
        private final double rests;
        private final int firstNumber;

        Mix(int atOnce, int burst, double rests, int firstNumber) {
            this.atOnce = atOnce;
            this.burst = burst;
            this.rests = rests;
            this.firstNumber = firstNumber;
        }

        /** The mix that a job is of, by its number. */
        static Mix of(long number) {
            return number >= CROWD.firstNumber ? CROWD : BODIES;
        }
    }

    JobLoad(String bootstrapServers, Mix mix, long seed) {
        this.mix = mix;
        this.random = new Random(seed);
        this.window = new Semaphore(mix.atOnce);
        this.client = KafkaSendClient.builder()
                .bootstrapServers(bootstrapServers)
                .defaultTimeout(Duration.ofSeconds(150))
                .uploadThreads(6)
                .build();
    }

    void start() {
        sender.start();
    }

    /** The body of a job or of its answer. */
    static byte[] bytes(long number, int length) {
        byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void send() {
        try {
            while (!ending.get()) {
                window.acquire(mix.burst);
                for (int i = 0; i < mix.burst && !ending.get(); i++) {
                    sendOne();
                }
                closed.await((long) (mix.rests * REST_MILLIS), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int size() {
        int kind = random.nextInt(10);
        return random.nextInt(kind < 6 ? 10_000 : kind < 9 ? 700_000 : 3_000_000);
    }

    private void sendOne() {
        int number = mix.firstNumber + sent.incrementAndGet();
        byte[] body = bytes(number, mix == Mix.CROWD ? 0 : size());
        CRC32 crc = new CRC32();
        crc.update(body);
        int length = mix == Mix.CROWD ? random.nextInt(2_000) : size();
        Request.Builder request =
                Request.builder().endpoint("/api/v1/jobs/" + number + "/" + crc.getValue() + "/" + length);
        if (mix == Mix.BODIES) {
            request.method(number % 2 == 0 ? Method.PUT : Method.POST)
                    .contentType("application/octet-stream")
                    .body(Body.of(body));
        }
        client.send(request.build()).whenComplete((answer, failure) -> {
            ended(number, length, answer, failure);
            ended.incrementAndGet();
            window.release();
        });
    }

    private void ended(int number, int length, Answer answer, Throwable failure) {
        if (failure != null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof JobFailedException error) {
                failed.computeIfAbsent(error.code().orElse("none"), code -> new AtomicInteger())
                        .incrementAndGet();
            } else if (cause instanceof ClientException e && e.kind() == ClientException.Kind.CORRUPT) {
                corrupt.add(number + ": " + cause.getMessage());
            } else {
                lost.add(number + ": " + cause);
            }
        } else if (answer.status() == 200) {
            answered.incrementAndGet();
            if (!Arrays.equals(answer.bytes(), bytes(number, length))) {
                corrupt.add(number + ": the answer's body differs");
            }
        } else {
            failed.computeIfAbsent("HTTP " + answer.status(), status -> new AtomicInteger())
                    .incrementAndGet();
        }
    }

    /** Sends no more; gives whether all have ended. */
    boolean drained() {
        ending.set(true);
        return !sender.isAlive() && ended.get() == sent.get();
    }

    int sent() {
        return sent.get();
    }

    int answered() {
        return answered.get();
    }

    /** ERRORs by code and answers by status. */
    Map<String, AtomicInteger> failed() {
        return new TreeMap<>(failed);
    }

    List<String> lost() {
        return lost;
    }

    List<String> corrupt() {
        return corrupt;
    }

    @Override
    public void close() {
        ending.set(true);
        closed.countDown();
        sender.interrupt();
        client.close();
    }
}
