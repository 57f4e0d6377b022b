package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.protocol.ErrorCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payments with an {@code Idempotency-Key} each, at two gateways and two portals. Gateways, portals and the broker are killed
 * or restarted, and payers go away and ask again. No payment is made twice, and what was answered was made. The payee knows a
 * payment by the portal's {@code Idempotency-Key}, as docs/operate/delivery.md asks of an API that must not act twice.
 */
@Timeout(900)
@SuppressWarnings("try") // a command that is only killed
class DuplicatesIT {
    private static final int PAYERS = 16;
    private static final int PARTITIONS = 4;
    private static final int PORTAL = 0;
    private static final int GATEWAY = 1;
    private static final int BROKER = 2;
    private static final int GATEWAY_AND_PORTAL = 3;
    private static final String NO_ANSWER = "NO_ANSWER";
    /** How long a payer asks before it gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** After these the same request is made again under the same key: nothing was done, or the answer is to be had later. */
    private static final Set<String> AGAIN = Set.of(NO_ANSWER, "KAFKA_UNAVAILABLE", "GATEWAY_STOPPING", "gone");

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger left = new AtomicInteger();
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
    private final Map<Long, String> paid = new ConcurrentHashMap<>();
    private final Map<String, AutoCloseable> processes = new ConcurrentHashMap<>();
    private final int[] ports = new int[2];
    private EmbeddedBroker broker;
    private String apiUrl;

    @TempDir
    Path directory;

    private static Plan pay(Call call) {
        String number = call.path().replaceAll(".*/", "");
        Plan plan = Plan.ok(("paid " + number).getBytes(StandardCharsets.US_ASCII));
        return switch (Math.floorMod(number.hashCode(), 40)) {
            case 0 -> plan.after(1_000);
            case 1 -> plan.with(Fault.DROP);
            default -> plan.after(10);
        };
    }

    @Test
    void hundredsOfPaymentsAreMadeOnceWhateverDies() throws Exception {
        run(300, List.of(GATEWAY_AND_PORTAL, BROKER));
    }

    @Test
    @Tag("long")
    void tenThousandPaymentsAreMadeOnceWhateverDies() throws Exception {
        run(
                10_000,
                List.of(
                        PORTAL,
                        GATEWAY,
                        BROKER,
                        GATEWAY_AND_PORTAL,
                        GATEWAY,
                        PORTAL,
                        GATEWAY_AND_PORTAL,
                        BROKER,
                        PORTAL,
                        GATEWAY,
                        BROKER,
                        GATEWAY_AND_PORTAL));
    }

    /** What has been seen of a command when it is killed. */
    private enum Moment {
        /** What it takes to go on is kept. */
        KEPT,
        /** Kafka has its request. */
        SENT,
        /** Its payment is being made. */
        CALLED
    }

    @Test
    void aPaymentByACommandThatIsKilledAndRunAgainIsMadeOnce() throws Exception {
        try (RecordingApi payee = RecordingApi.start(call -> Plan.ok(
                                ("paid " + call.path().replaceAll(".*/", "")).getBytes(StandardCharsets.US_ASCII))
                        .after(1_500));
                EmbeddedBroker started = EmbeddedBroker.start()) {
            // Given
            broker = started;
            apiUrl = payee.url();
            for (String topic : List.of("api-requests", "api-responses", "gateway")) {
                broker.createTopic(topic, PARTITIONS);
            }
            try {
                portal("one").awaitUp();
                portal("two").awaitUp();
                int payments = 2 * Moment.values().length;
                for (int number = 1; number <= payments; number++) {
                    // When
                    Path file = Files.writeString(directory.resolve("payment-" + number), "payment " + number);
                    String path = "/" + number;
                    Moment moment = Moment.values()[number % Moment.values().length];
                    long before = written();
                    try (CommandProcess killed = command(file, number)) {
                        Awaitility.await()
                                .atMost(Duration.ofSeconds(60))
                                .pollInterval(Duration.ofMillis(5))
                                .until(() -> switch (moment) {
                                    case KEPT -> Files.exists(state(file));
                                    case SENT -> written() > before;
                                    case CALLED ->
                                        payee.calls().stream()
                                                .anyMatch(call -> call.path().endsWith(path));
                                });
                    }
                    assertThat(state(file)).as("killed: " + moment).exists();
                    try (CommandProcess again = command(file, number)) {
                        // Then
                        assertThat(again.awaitEnd(Duration.ofSeconds(90)))
                                .as(moment + ": " + again.log())
                                .isZero();
                        assertThat(again.out()).isEqualTo("paid " + number);
                    }
                }
                System.out.printf(
                        "duplicates: %d payments by commands that were killed and run again: %d calls%n",
                        payments, payee.calls().size());
                assertThat(payee.calls())
                        .extracting(call -> call.path().replaceAll(".*/", ""))
                        .hasSize(payments)
                        .doesNotHaveDuplicates();
            } finally {
                for (AutoCloseable process : processes.values()) {
                    process.close();
                }
            }
        }
    }

    /** How many records the portals have been sent. */
    private long written() {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition("api-requests", partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private Path state(Path file) {
        return directory.resolve(file.getFileName() + ".state");
    }

    private CommandProcess command(Path file, int number) throws IOException {
        return CommandProcess.start(
                directory,
                "64m",
                Map.of(),
                "send-file",
                file.toString(),
                "-e",
                "/api/v1/pay/" + number,
                "--raw",
                "-o",
                "-",
                "-q",
                "--resume-file",
                state(file).toString(),
                "--reply-to",
                "gateway",
                "-b",
                broker.bootstrapServers());
    }

    private void run(int payments, List<Integer> disturbances) throws Exception {
        try (RecordingApi payee = RecordingApi.start(DuplicatesIT::pay);
                EmbeddedBroker started = EmbeddedBroker.start()) {
            broker = started;
            apiUrl = payee.url();
            for (String topic : List.of("api-requests", "api-responses", "gateway")) {
                broker.createTopic(topic, PARTITIONS);
            }
            ExecutorService payers = Executors.newFixedThreadPool(PAYERS);
            try {
                begin();
                left.set(payments);
                for (int i = 0; i < PAYERS; i++) {
                    payers.execute(() -> {
                        for (long number = numbers.incrementAndGet();
                                number <= payments;
                                number = numbers.incrementAndGet()) {
                            payOne(number);
                        }
                    });
                }
                payers.shutdown();
                int step = payments / (disturbances.size() + 1);
                for (int i = 0; i < disturbances.size(); i++) {
                    int before = payments - (i + 1) * step;
                    while (left.get() > before && !payers.isTerminated()) {
                        never.await(100, TimeUnit.MILLISECONDS);
                    }
                    disturb(disturbances.get(i));
                }
                assertThat(payers.awaitTermination(600, TimeUnit.SECONDS)).isTrue();
            } finally {
                payers.shutdownNow();
                for (AutoCloseable process : processes.values()) {
                    process.close();
                }
            }
            judge(payments, payee.calls());
        }
    }

    private void begin() throws Exception {
        for (int i = 0; i < ports.length; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                ports[i] = free.getLocalPort();
            }
        }
        PortalProcess one = portal("one");
        PortalProcess two = portal("two");
        CommandProcess first = gateway(0);
        CommandProcess second = gateway(1);
        one.awaitUp();
        two.awaitUp();
        first.awaitLog("the gateway listens");
        second.awaitLog("the gateway listens");
    }

    private void disturb(int kind) throws Exception {
        switch (kind) {
            case PORTAL -> {
                processes.get("one").close();
                portal("one").awaitUp();
            }
            case GATEWAY -> {
                processes.get("gateway-0").close();
                gateway(0).awaitLog("the gateway listens");
            }
            case BROKER -> broker.restart();
            default -> {
                processes.get("gateway-1").close();
                processes.get("two").close();
                gateway(1).awaitLog("the gateway listens");
                portal("two").awaitUp();
            }
        }
    }

    private PortalProcess portal(String name) throws IOException {
        PortalProcess portal = PortalProcess.start(
                name,
                directory,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrapServers(),
                        "KAFKA_GROUP_INSTANCE_ID",
                        name,
                        "PORTAL_TARGET_API_URL",
                        apiUrl,
                        "PORTAL_ALLOWED_ENDPOINTS",
                        "/api/v1/*",
                        "PORTAL_REPLY_TOPICS",
                        "gateway",
                        "PORTAL_USE_OAUTH",
                        "false"));
        processes.put(name, portal);
        return portal;
    }

    private CommandProcess gateway(int number) throws IOException {
        CommandProcess gateway = CommandProcess.start(
                directory,
                "192m",
                new HashMap<>(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                        "GATEWAY_REPLY_TOPIC", "gateway",
                        "GATEWAY_MODERN_PORTALS", "true",
                        "GATEWAY_TIMEOUT_SECONDS", "30",
                        "GATEWAY_PORT", Integer.toString(ports[number]),
                        "GATEWAY_MANAGEMENT_PORT", "off")),
                "gateway");
        processes.put("gateway-" + number, gateway);
        return gateway;
    }

    /** Asks until it is told whether the payment was made. One time in twenty the payer is gone before it hears. */
    private void payOne(long number) {
        String end = "nothing";
        long over = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (int i = 0; System.nanoTime() - over < 0; i++) {
                boolean leaves = i == 0 && Math.floorMod(number, 20) == 0;
                end = ask(number, (int) ((number + i) % ports.length), leaves);
                tries.computeIfAbsent(end, absent -> new AtomicInteger()).incrementAndGet();
                if (!AGAIN.contains(end) && !retryable(end)) {
                    break;
                }
                never.await(200, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ends.computeIfAbsent(end, absent -> new AtomicInteger()).incrementAndGet();
        left.decrementAndGet();
    }

    private static boolean retryable(String code) {
        return ErrorCode.named(code).map(ErrorCode::retryable).orElseGet(() -> {
            for (GatewayError error : GatewayError.values()) {
                if (error.name().equals(code)) {
                    return error.retryable();
                }
            }
            return false;
        });
    }

    private String ask(long number, int gateway, boolean leaves) throws InterruptedException {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[gateway] + "/api/v1/pay/" + number))
                            .timeout(leaves ? Duration.ofMillis(1 + number % 30) : Duration.ofSeconds(60))
                            .header("Idempotency-Key", "payment-" + number)
                            .POST(BodyPublishers.ofString("payment " + number))
                            .build(),
                    BodyHandlers.ofString());
            String code = answer.headers().firstValue("KafkaSend-Error").orElse("");
            if (code.isEmpty() && answer.statusCode() == 200) {
                paid.put(number, answer.body());
                return "paid";
            }
            return code.isEmpty() ? "HTTP " + answer.statusCode() : code;
        } catch (IOException e) {
            return "gone";
        }
    }

    private void judge(int payments, List<Call> calls) {
        Map<Long, List<Call>> ledger = calls.stream()
                .collect(
                        Collectors.groupingBy(call -> Long.parseLong(call.path().replaceAll(".*/", ""))));
        List<Long> twice = ledger.entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().map(Call::job).distinct().count() > 1)
                .map(Map.Entry::getKey)
                .toList();
        List<Long> lost = paid.entrySet().stream()
                .filter(entry -> !ledger.containsKey(entry.getKey())
                        || !entry.getValue().equals("paid " + entry.getKey())
                        || ledger.get(entry.getKey()).stream()
                                .noneMatch(call -> new String(call.body(), StandardCharsets.US_ASCII)
                                        .equals("payment " + entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        System.out.printf(
                "duplicates: %,d payments, ends %s, by tries %s; %,d calls, %,d of them made again under the same key by the"
                        + " next portal; made twice: %d; answered and not made: %d%n",
                payments,
                new TreeMap<>(ends),
                new TreeMap<>(tries),
                calls.size(),
                calls.size() - calls.stream().map(Call::job).distinct().count(),
                twice.size(),
                lost.size());
        assertThat(twice).as("payments made under two keys").isEmpty();
        assertThat(lost).as("answered, and not made").isEmpty();
        assertThat(ends)
                .as("payments of which nothing is known")
                .doesNotContainKeys("gone", "nothing", NO_ANSWER, "DUPLICATE_START");
        assertThat(paid).hasSizeGreaterThan(payments * 8 / 10);
        assertThat(calls).noneMatch(call -> call.job().isEmpty());
    }
}
