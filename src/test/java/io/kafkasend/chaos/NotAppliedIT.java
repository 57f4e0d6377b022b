package io.kafkasend.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A problem that is {@code retryable} says that the API did nothing. The API is a payee here, which keeps each payment; meanwhile
 * portals are killed and stalled, and Kafka, the token server and the API itself go away and come back.
 */
@Tag("chaos")
@Timeout(600)
class NotAppliedIT {
    private static final int PARTITIONS = 4;
    private static final int PAYERS = 24;
    private static final int DISTURBANCES = 4;
    private static final long QUIET_SECONDS = 12;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final long seed = Long.getLong("chaos.seed", 0) != 0 ? Long.getLong("chaos.seed") : System.nanoTime();
    private final Random random = new Random(seed);
    /** Which payments were said not to be made, and by which code. */
    private final Map<Long, String> claims = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger sizeBefore = new AtomicInteger(-1);
    private final AtomicBoolean tokensAway = new AtomicBoolean();
    private final List<RecordingApi> payees = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    /** A payment is made by all that this API takes, whatever becomes of the answer; 503 is its own word that it was not. */
    private static Plan pay(Call call) {
        Plan plan = Plan.ok("paid".getBytes(StandardCharsets.US_ASCII));
        return switch (Math.floorMod(call.path().hashCode(), 20)) {
            case 0 -> plan.with(Fault.DROP);
            case 1 -> plan.after(1_500);
            case 2 -> new Plan(503, Map.of(), new byte[0], 0, Fault.NONE);
            default -> plan.after(20);
        };
    }

    private Plan token(Call call) {
        byte[] json = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":2}"
                .getBytes(StandardCharsets.US_ASCII);
        return tokensAway.get()
                ? new Plan(503, Map.of(), new byte[0], 0, Fault.NONE)
                : new Plan(200, Map.of("Content-Type", "application/json"), json, 0, Fault.NONE);
    }

    @Test
    void behindTwoHundredCodesThatSayNothingWasDoneNothingWas() throws Exception {
        run(200);
    }

    @Test
    @Tag("long")
    void behindAThousandCodesThatSayNothingWasDoneNothingWas() throws Exception {
        run(1_000);
    }

    private void run(int wanted) throws Exception {
        payees.add(RecordingApi.start(NotAppliedIT::pay));
        try (EmbeddedBroker broker = EmbeddedBroker.start(0, Map.of("group.min.session.timeout.ms", "1000"));
                RecordingApi tokens = RecordingApi.start(this::token)) {
            for (String topic : List.of("api-requests", "api-responses", "gateway")) {
                broker.createTopic(topic, PARTITIONS);
            }
            Map<String, String> environment = Map.ofEntries(
                    Map.entry("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                    Map.entry("KAFKA_SESSION_TIMEOUT_MS", "6000"),
                    Map.entry("KAFKA_REQUEST_TIMEOUT_MS", "10000"),
                    Map.entry("PORTAL_TARGET_API_URL", payees.get(0).url()),
                    Map.entry("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*"),
                    Map.entry("PORTAL_REPLY_TOPICS", "gateway"),
                    Map.entry("PORTAL_JOB_TIMEOUT_SECONDS", "4"),
                    Map.entry("PORTAL_RETRY_MAX_ATTEMPTS", "2"),
                    Map.entry("PORTAL_RETRY_MAX_DELAY_SECONDS", "1"),
                    Map.entry("PORTAL_BREAKER_OPEN_SECONDS", "1"),
                    Map.entry("PORTAL_SHUTDOWN_GRACE_SECONDS", "5"),
                    Map.entry("OAUTH2_TOKEN_URL", tokens.url() + "/token"),
                    Map.entry("OAUTH2_CLIENT_SECRET", "s3cret"));
            ExecutorService payers = Executors.newFixedThreadPool(PAYERS);
            try (PortalFleet fleet = new PortalFleet(directory, environment, new Random(seed + 1));
                    Gateway gateway = Gateway.start(Map.of(
                            "kafkasend.bootstrap-servers",
                            broker.bootstrapServers(),
                            "kafkasend.gateway-reply-topic",
                            "gateway",
                            "kafkasend.gateway-timeout-seconds",
                            "10",
                            "kafkasend.gateway-port",
                            "0",
                            "kafkasend.gateway-management-port",
                            "off"))) {
                fleet.add().awaitUp();
                fleet.add().awaitUp();
                AtomicBoolean over = new AtomicBoolean();
                URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/api/v1/pay/");
                for (int i = 0; i < PAYERS; i++) {
                    payers.execute(() -> {
                        while (!over.get()) {
                            payOne(uri, numbers.incrementAndGet());
                        }
                    });
                }
                for (int i = 0; i < DISTURBANCES || claims.size() < wanted; i++) {
                    disturb(i, fleet, broker);
                }
                over.set(true);
                payers.shutdown();
                assertThat(payers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
                fleet.settle();
                awaitQuiet();
            } finally {
                payers.shutdownNow();
            }
        } finally {
            payees.forEach(RecordingApi::close);
        }
        judge();
    }

    private void disturb(int round, PortalFleet fleet, EmbeddedBroker broker) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        int port = URI.create(payees.get(0).url()).getPort();
        payees.get(payees.size() - 1).close();
        never.await(1_500, TimeUnit.MILLISECONDS);
        payees.add(RecordingApi.start(port, NotAppliedIT::pay));
        never.await(1_000 + random.nextInt(1_000), TimeUnit.MILLISECONDS);
        switch (round % DISTURBANCES) {
            case 0 -> fleet.kill();
            case 1 -> {
                broker.stop();
                never.await(3_000, TimeUnit.MILLISECONDS);
                broker.restart();
            }
            case 2 -> {
                tokensAway.set(true);
                never.await(3_000, TimeUnit.MILLISECONDS);
                tokensAway.set(false);
            }
            default -> fleet.stall(8_000);
        }
        never.await(3_000 + random.nextInt(4_000), TimeUnit.MILLISECONDS);
    }

    private void payOne(URI uri, long number) {
        byte[] body = new byte[10 + (int) (number % 5) * 40_000];
        try {
            HttpResponse<byte[]> answer = HTTP.send(
                    HttpRequest.newBuilder(uri.resolve(Long.toString(number)))
                            .timeout(Duration.ofSeconds(60))
                            .POST(
                                    number % 3 == 0
                                            ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                            : BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofByteArray());
            String code = answer.headers().firstValue("KafkaSend-Error").orElse("");
            count(code.isEmpty() ? Integer.toString(answer.statusCode()) : code);
            if (!code.isEmpty()) {
                JsonNode problem = new ObjectMapper().readTree(answer.body());
                if (problem.path("retryable").asBoolean()) {
                    claims.put(number, code + " " + problem.path("job_id").asText());
                }
            }
        } catch (IOException e) {
            count("connection broken");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, absent -> new AtomicInteger()).incrementAndGet();
    }

    private List<Call> calls() {
        return payees.stream().flatMap(payee -> payee.calls().stream()).toList();
    }

    /** What Kafka has may be read late: waits until no payment has come for a while. */
    private void awaitQuiet() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofSeconds(1))
                .during(Duration.ofSeconds(QUIET_SECONDS))
                .until(this::calls, calls -> calls.size() == sizeBefore.getAndSet(calls.size()));
    }

    private void judge() {
        Map<String, List<Call>> payments = calls().stream()
                .filter(call -> !call.end().equals("503"))
                .collect(Collectors.groupingBy(call -> call.path().replaceAll(".*/", "")));
        List<String> wrong = new ArrayList<>();
        claims.forEach((number, claim) -> {
            List<Call> made = payments.get(Long.toString(number));
            if (made != null) {
                wrong.add("payment " + number + " was made, and said not to be: " + claim + ": " + made);
            }
        });
        System.out.printf(
                "not applied: seed %d, %,d requests, %,d said not to be made, by code %s; all outcomes %s%n",
                seed,
                numbers.get(),
                claims.size(),
                claims.values().stream()
                        .collect(Collectors.groupingBy(
                                claim -> claim.replaceAll(" .*", ""), TreeMap::new, Collectors.counting())),
                new TreeMap<>(outcomes));
        assertThat(payments).isNotEmpty();
        assertThat(wrong).isEmpty();
    }
}
