package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two portals are replaced one after the other while requests come at a steady rate, as a Deployment does it: a new one is up
 * before an old one ends. Nothing is lost and no call repeated; how long answers took, before and meanwhile, is printed. All are on
 * one machine, where a portal that starts takes the processor from those that work: how long answers took while two portals of another
 * group were replaced, with topics of their own, tells that apart.
 */
@Tag("long")
@Timeout(300)
class RolloutIT {
    private static final int RATE = Integer.getInteger("rollout.rate", 50);
    private static final String PROTOCOL = System.getProperty("rollout.protocol", "classic");
    private static final int BEFORE_SECONDS = Integer.getInteger("rollout.before", 20);
    private static final int SETTLE_SECONDS = 5;

    @TempDir
    Path directory;

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<CompletableFuture<?>> sent = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile Queue<Long> millis = new ConcurrentLinkedQueue<>();
    private EmbeddedBroker broker;
    private RecordingApi api;

    @Test
    void replacesPortalsUnderLoadAndLosesNothing() throws Exception {
        // Given
        try (EmbeddedBroker started = EmbeddedBroker.start();
                RecordingApi recording =
                        RecordingApi.start(call -> Plan.ok("done".getBytes(StandardCharsets.US_ASCII)));
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(started.bootstrapServers())
                        .defaultTimeout(Duration.ofSeconds(60))
                        .build()) {
            broker = started;
            api = recording;
            broker.createTopic("api-requests", 12);
            broker.createTopic("api-responses", 4);
            broker.createTopic("other-requests", 12);
            broker.createTopic("other-responses", 4);
            List<PortalProcess> portals = new ArrayList<>(List.of(portal("one"), portal("two")));
            List<PortalProcess> others = new ArrayList<>();
            ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
            try {
                portals.forEach(PortalProcess::awaitUp);
                load.scheduleAtFixedRate(() -> send(client), 0, 1_000_000_000L / RATE, TimeUnit.NANOSECONDS);
                never.await(BEFORE_SECONDS, TimeUnit.SECONDS); // both are warm
                millis = new ConcurrentLinkedQueue<>();
                never.await(BEFORE_SECONDS, TimeUnit.SECONDS);
                Queue<Long> before = millis;
                millis = new ConcurrentLinkedQueue<>();
                others.add(other("first").awaitUp());
                others.add(other("second").awaitUp());
                millis = new ConcurrentLinkedQueue<>();
                replace(others, this::other, List.of("third", "fourth"));
                Queue<Long> besideOthers = millis;
                others.forEach(PortalProcess::close);
                millis = new ConcurrentLinkedQueue<>();

                // When
                long begin = System.nanoTime();
                replace(portals, this::portal, List.of("three", "four"));
                Queue<Long> meanwhile = millis;
                double seconds = (System.nanoTime() - begin) / 1e9;
                load.shutdown();
                load.awaitTermination(10, TimeUnit.SECONDS);

                // Then
                CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                        .handle((done, failure) -> done)
                        .get(60, TimeUnit.SECONDS);
                System.out.printf(
                        "rollout: %d requests a second; before %s; while two of another group were replaced %s; while two portals were"
                                + " replaced in %.0f s %s; failed: %s%n",
                        RATE, shown(before), shown(besideOthers), seconds, shown(meanwhile), failed);
                assertThat(failed).isEmpty();
                assertThat(api.calls())
                        .extracting(Call::job)
                        .hasSize(sent.size())
                        .doesNotHaveDuplicates();
            } finally {
                load.shutdownNow();
                portals.forEach(PortalProcess::close);
                others.forEach(PortalProcess::close);
            }
        }
    }

    /** Starts portals, and ends as many that were there, in turns. */
    private void replace(List<PortalProcess> portals, Starter starter, List<String> names) throws Exception {
        for (String name : names) {
            portals.add(starter.start(name).awaitUp());
            PortalProcess old = portals.remove(0);
            old.signal("TERM");
            assertThat(old.exitCode(Duration.ofSeconds(40))).isZero();
        }
        never.await(SETTLE_SECONDS, TimeUnit.SECONDS);
    }

    @FunctionalInterface
    private interface Starter {
        PortalProcess start(String name) throws IOException;
    }

    private void send(KafkaSendClient client) {
        long begin = System.nanoTime();
        Queue<Long> of = millis;
        CompletableFuture<?> answer = client.send(Request.get("/api/v1/" + numbers.incrementAndGet()));
        sent.add(answer);
        answer.whenComplete((done, failure) -> {
            of.add((System.nanoTime() - begin) / 1_000_000);
            if (failure != null) {
                synchronized (failed) {
                    failed.add(failure.toString());
                }
            }
        });
    }

    private PortalProcess portal(String name) throws IOException {
        return portal(name, Map.of());
    }

    private PortalProcess other(String name) throws IOException {
        return portal(
                name,
                Map.of(
                        "KAFKA_CONSUMER_GROUP", "others",
                        "KAFKA_REQUEST_TOPIC", "other-requests",
                        "KAFKA_RESPONSE_TOPIC", "other-responses"));
    }

    private PortalProcess portal(String name, Map<String, String> group) throws IOException {
        Map<String, String> environment = new HashMap<>(group);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        if (PROTOCOL.equals("classic")) {
            environment.put("KAFKA_GROUP_INSTANCE_ID", name);
            environment.put("KAFKA_SESSION_TIMEOUT_MS", "45000");
        }
        environment.put("KAFKA_GROUP_PROTOCOL", PROTOCOL);
        environment.put("PORTAL_TARGET_API_URL", api.url());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_WARM_UP_SECONDS", "5");
        environment.put("PORTAL_USE_OAUTH", "false");
        return PortalProcess.start(name, directory, environment);
    }

    private static String shown(Queue<Long> millis) {
        long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0
                ? "none"
                : "p50 " + sorted[sorted.length / 2] + " ms, p99 " + sorted[sorted.length * 99 / 100] + " ms, most "
                        + sorted[sorted.length - 1] + " ms of " + sorted.length;
    }
}
