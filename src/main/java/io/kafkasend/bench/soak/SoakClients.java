package io.kafkasend.bench.soak;

import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The clients of a soak: one that knows that portals are modern, one that does not, and one that reads where no answer comes. The
 * pacing thread begins jobs; they are judged on the clients' threads.
 */
final class SoakClients implements AutoCloseable {
    /** Answers that come nowhere. */
    private static final String NOWHERE = "bench-soak-nowhere";

    private static final int OPEN_AT_MOST = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(5); // of 50 MB on a machine that is busy
    private static final Duration UNHEARD_PATIENCE = Duration.ofSeconds(2);
    private static final Duration MORE = Duration.ofSeconds(15);

    private final TestBed bed;
    private final Tally tally;
    private final double sliceSeconds;
    private final Semaphore free = new Semaphore(OPEN_AT_MOST);
    private final KafkaSendClient modern;
    private final KafkaSendClient old;
    private final KafkaSendClient deaf;
    private final Map<Long, SoakJob> open = new ConcurrentHashMap<>();
    private long begin;
    private long begun;

    SoakClients(TestBed bed, Deployment deployment, Tally tally, double sliceSeconds) throws InterruptedException {
        this.bed = bed;
        this.tally = tally;
        this.sliceSeconds = sliceSeconds;
        bed.createTopic(NOWHERE, 1, Map.of());
        modern = bed.client(deployment)
                .defaultTimeout(PATIENCE)
                .modernPortals(true)
                .build();
        old = bed.client(deployment).defaultTimeout(PATIENCE).build();
        deaf = bed.client(deployment)
                .responseTopic(NOWHERE)
                .defaultTimeout(UNHEARD_PATIENCE)
                .build();
    }

    /** A job of each that hears, so that none waits for its first connection. */
    void connect() {
        Request first = Request.builder().endpoint("/api/v1/status").build();
        modern.call(first);
        old.call(first);
    }

    /** The run begins now; when that is, in {@link System#nanoTime}'s nanoseconds. */
    long begin() {
        begin = System.nanoTime();
        return begin;
    }

    /** Begins a job, once fewer than {@value #OPEN_AT_MOST} are open. */
    void begin(SoakJob job) throws InterruptedException {
        if (!free.tryAcquire(PATIENCE.plus(MORE).toMillis(), TimeUnit.MILLISECONDS)) {
            return; // those that are open will be found to be lost
        }
        KafkaSendClient client = !job.heard() ? deaf : begun % 2 == 0 ? modern : old;
        BodySink sink = new BodySink();
        long number = begun++;
        open.put(number, job);
        long from = System.nanoTime();
        CompletableFuture<Answer> answer =
                client.send(job.request(), AnswerTarget.stream(sink), ProgressListener.none());
        if (job.cancelAfter() != null) {
            CompletableFuture.delayedExecutor(job.cancelAfter().toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> answer.cancel(true));
        }
        answer.whenComplete((got, failure) -> {
            if (open.remove(number) == null) {
                return; // it was lost
            }
            try {
                long end = System.nanoTime();
                Verdict verdict = failure == null ? job.verdict(got, sink) : Verdict.of(failure, job.explained());
                tally.add(job, verdict, slice(end), (end - from) / 1e6, job.sent() + sink.bytes());
            } finally {
                free.release();
            }
        });
    }

    /**
     * Waits for the ends of all that are open; what has none after its own time is lost.
     *
     * @param stopped the run ends before its time: jobs that stay open are given up soon, and are not lost
     */
    void awaitEnds(CountDownLatch stopped) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.plus(MORE).toNanos();
        boolean all = false;
        while (!all && System.nanoTime() - deadline < 0 && stopped.getCount() > 0) {
            all = free.tryAcquire(OPEN_AT_MOST, 1, TimeUnit.SECONDS);
        }
        if (!all) {
            all = free.tryAcquire(OPEN_AT_MOST, stopped.getCount() > 0 ? 0 : MORE.toSeconds(), TimeUnit.SECONDS);
        }
        Verdict verdict = stopped.getCount() > 0
                ? new Verdict(Ending.LOST, "no end at all")
                : new Verdict(Ending.CANCELLED, "open when it was stopped");
        int slice = slice(System.nanoTime());
        for (Long number : List.copyOf(open.keySet())) {
            SoakJob job = open.remove(number);
            if (job != null) {
                tally.add(job, verdict, slice, 0, 0);
            }
        }
    }

    private int slice(long nanos) {
        return (int) ((nanos - begin) / 1e9 / sliceSeconds);
    }

    @Override
    public void close() {
        modern.close();
        old.close();
        deaf.close();
    }
}
