package io.kafkasend.bench.load;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Spread;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Server-sent events of the sample API, and how late each is read after it was sent, by this machine's clock. Immutable.
 *
 * @param opening begins to read
 */
public record Events(Opening opening) {
    private static final String ENDPOINT = "/api/v1/events";
    private static final String DATA = "data: ";

    /** Begins a GET. */
    @FunctionalInterface
    public interface Opening {
        /** Opens the body of the answer to a path and query. */
        InputStream open(String endpoint) throws IOException, InterruptedException;
    }

    /**
     * The figures of all: {@code first-p50} and {@code first-p99} of the first events of so many answers, one after the other, and {@code
     * late-p99} and {@code late-max} of streams that are read at the same time, of ten events a second each. In milliseconds.
     */
    public Map<String, Double> measure(int firsts, int streams, int events) throws InterruptedException {
        List<Double> first = new ArrayList<>();
        for (int i = 0; i < firsts; i++) {
            first.addAll(read(ENDPOINT + "?count=1"));
        }
        List<Double> late = new ArrayList<>();
        ExecutorService readers = Executors.newFixedThreadPool(streams);
        try {
            List<CompletableFuture<List<Double>>> reading = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                reading.add(
                        CompletableFuture.supplyAsync(() -> read(ENDPOINT + "?every=0.1&count=" + events), readers));
            }
            for (CompletableFuture<List<Double>> one : reading) {
                late.addAll(SmallCalls.await(one));
            }
        } finally {
            readers.shutdownNow();
        }
        return Map.of(
                "first-p50", Spread.percentile(first, 50),
                "first-p99", Spread.percentile(first, 99),
                "late-p99", Spread.percentile(late, 99),
                "late-max", Spread.percentile(late, 100));
    }

    private List<Double> read(String endpoint) {
        List<Double> late = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(opening.open(endpoint), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    Instant sent = Instant.parse(line.substring(DATA.length()));
                    late.add(Duration.between(sent, Instant.now()).toNanos() / 1e6);
                }
            }
        } catch (IOException e) {
            throw new BenchmarkException("events were not read to their end: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
        return late;
    }
}
