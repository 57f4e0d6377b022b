package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.SkippedException;
import io.kafkasend.bench.testbed.RunningDeployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.Body;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What one job costs a portal in memory: live objects, after full collections, while the API has begun a call and reads
 * none of its body, less what lives when there is no job. In MiB. Not thread-safe.
 */
final class PortalHeap implements Experiment {
    private final TestBed bed;
    private final RunningDeployment running;
    private final WireForm form;
    private final byte[] body;

    PortalHeap(TestBed bed, RunningDeployment running, WireForm form, int bytes) throws Exception {
        this.bed = bed;
        this.running = running;
        this.form = form;
        this.body = form.content().bytes(bytes);
        live(); // says at once where it cannot be measured
    }

    @Override
    public Map<String, Double> scenario() throws Exception {
        long idle = live();
        CompletableFuture<?> job = running.client()
                .send(form.ask(Request.builder()
                                .method(Method.POST)
                                .endpoint("/api/v1/hang")
                                .contentType("application/octet-stream")
                                .body(Body.of(body)))
                        .build());
        bed.awaitHanging(1);
        long busy = live();
        bed.api().release();
        SmallCalls.await(job);
        return Map.of("heap", mebibytes(busy - idle));
    }

    @Override
    public Map<String, Double> baseline() {
        return Map.of("heap", mebibytes(body.length));
    }

    private long live() throws IOException, SkippedException {
        return running.portals().get(0).liveHeap();
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
