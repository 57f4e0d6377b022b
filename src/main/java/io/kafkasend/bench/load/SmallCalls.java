package io.kafkasend.bench.load;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Many small calls, however each is made. Immutable.
 *
 * @param call begins one
 */
public record SmallCalls(Supplier<? extends CompletableFuture<?>> call) {
    /** What a small GET asks for. */
    public static final String ENDPOINT = "/api/v1/status";

    private static final long PATIENCE_SECONDS = 60;

    /** One after another, in milliseconds each: {@code p50} and {@code p99}. */
    public Map<String, Double> oneAtATime(int count) throws InterruptedException {
        List<Double> millis = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            await(call.get());
            millis.add((System.nanoTime() - begin) / 1e6);
        }
        return Map.of("p50", Spread.percentile(millis, 50), "p99", Spread.percentile(millis, 99));
    }

    /** So many at any time, for a while: {@code rate}, the calls that ended in a second, and {@code calls}, how many were made. */
    public Map<String, Double> inFlight(int atATime, Duration time) throws InterruptedException {
        Semaphore free = new Semaphore(atATime);
        AtomicLong ended = new AtomicLong();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos() && failed.get() == null) {
            if (free.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                call.get().whenComplete((answer, failure) -> {
                    if (failure != null) {
                        failed.compareAndSet(null, failure);
                    }
                    ended.incrementAndGet();
                    free.release();
                });
            }
        }
        double rate = ended.get() / ((System.nanoTime() - begin) / 1e9);
        if (!free.tryAcquire(atATime, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new BenchmarkException(
                    "some of " + atATime + " calls in flight had no answer within " + PATIENCE_SECONDS + " s");
        }
        if (failed.get() != null) {
            throw new BenchmarkException("a call failed: " + failed.get().getMessage(), failed.get());
        }
        return Map.of("rate", rate, "calls", (double) ended.get());
    }

    /** Waits for one. */
    public static <T> T await(CompletableFuture<T> call) throws InterruptedException {
        try {
            return call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchmarkException("a call failed: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new BenchmarkException("a call had no answer within " + PATIENCE_SECONDS + " s", e);
        }
    }
}
