package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What open jobs cost a client in memory: live objects in this process while no portal reads its requests. */
final class ClientHeap {
    private static final String REQUESTS = "bench-unread-requests";
    private static final String RESPONSES = "bench-unread-responses";
    private static final long PATIENCE_SECONDS = 60;

    private ClientHeap() {}

    /** In bytes, of so many jobs together; without what a client with a single job has. */
    static long of(TestBed bed, int jobs) throws InterruptedException {
        bed.createTopic(REQUESTS, 3, Map.of());
        bed.createTopic(RESPONSES, 3, Map.of());
        try (KafkaSendClient client =
                bed.client().requestTopic(REQUESTS).responseTopic(RESPONSES).build()) {
            send(client, 1);
            long one = live();
            send(client, jobs);
            return live() - one;
        }
    }

    /** Until the broker has them all. */
    private static void send(KafkaSendClient client, int jobs) throws InterruptedException {
        CountDownLatch sent = new CountDownLatch(jobs);
        for (int i = 0; i < jobs; i++) {
            client.send(
                    Request.builder().endpoint(SmallCalls.ENDPOINT).build(),
                    AnswerTarget.memory(),
                    new ProgressListener() {
                        @Override
                        public void uploaded(long bytes, long total) {
                            sent.countDown();
                        }
                    });
        }
        if (!sent.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new BenchmarkException("of " + jobs + " requests, " + sent.getCount() + " did not get to the broker");
        }
    }

    private static long live() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
