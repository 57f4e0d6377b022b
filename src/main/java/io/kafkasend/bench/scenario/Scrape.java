package io.kafkasend.bench.scenario;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.testbed.RunningDeployment;
import io.kafkasend.bench.testbed.TestBed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a scrape of the portal's metrics takes and how large it is, with jobs open: the median of several, each over a connection
 * of its own, as the management port has them. Not thread-safe.
 */
final class Scrape implements Experiment {
    private static final Pattern PORT = Pattern.compile("the management port is open url=\"?(http://[^/\\s]+)/");
    private static final Pattern OPEN = Pattern.compile("(?m)^kafkasend_jobs\\{state=\"assembling\"\\} ([0-9.]+)$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SCRAPES = 31;
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestBed bed;
    private final RunningDeployment running;
    private final int jobs;
    private final URI metrics;

    /**
     * @param jobs how many are open in the scenario; none are in the baseline
     */
    Scrape(TestBed bed, RunningDeployment running, int jobs) throws InterruptedException {
        this.bed = bed;
        this.running = running;
        this.jobs = jobs;
        this.metrics = URI.create(running.portals().get(0).await(PORT, PATIENCE).group(1) + "/observe/metrics");
    }

    @Override
    public Map<String, Double> scenario() throws Exception {
        OpenStarts open = new OpenStarts(
                bed, running.deployment(), running.deployment().replyTopics().get(0), jobs);
        try {
            return scrape(jobs);
        } finally {
            open.end();
        }
    }

    @Override
    public Map<String, Double> baseline() throws Exception {
        return scrape(0);
    }

    private Map<String, Double> scrape(int wanted) throws IOException, InterruptedException {
        awaitOpen(wanted);
        double[] millis = new double[SCRAPES];
        int bytes = 0;
        for (int i = 0; i < SCRAPES; i++) {
            long begin = System.nanoTime();
            bytes = page().length();
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return Map.of("millis", millis[SCRAPES / 2], "size", bytes / 1024.0);
    }

    private void awaitOpen(int wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var open = OPEN.matcher(page());
            if (open.find() && Double.parseDouble(open.group(1)) == wanted) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BenchmarkException("the portal does not come to have " + wanted + " open jobs");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private String page() throws IOException, InterruptedException {
        HttpResponse<String> page =
                http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
        if (page.statusCode() != OK) {
            throw new BenchmarkException("the portal's metrics are " + page.statusCode());
        }
        return page.body();
    }
}
