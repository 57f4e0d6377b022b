package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every code that says that nothing was done is true. The API is a payee here, which keeps each payment; callers and clients
 * ask for too much or wrongly, and meanwhile portals are killed and stand still, and Kafka, token server, disk and API go away.
 */
@Timeout(600)
class NotAppliedIT {
    private static final int PARTITIONS = 4;
    private static final int PAYERS = 24;
    private static final int MOST_ROUNDS = 4;
    /** What other tests show, since it takes a minute, another portal, or a disk: none of them makes a call. */
    private static final Set<String> ELSEWHERE = Set.of(
            "AUTHENTICATION_UNAVAILABLE", // AuthenticationTest
            "SIGNATURE_REQUIRED", // SignaturesIT
            "REQUEST_TOO_LARGE", // ErrorsIT
            "SPOOL_UNAVAILABLE", // MemoryIT
            "SIGNATURE_REPLAYED", // SignaturesIT
            "KEEPING_FAILED", // GatewayTroubleIT
            "INVALID_JSON", // no ERROR can be sent
            "INVALID_JOB_ID",
            "KEY_MISMATCH",
            "MESSAGE_TOO_LARGE");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern CODE = Pattern.compile("KafkaSend-Error: (\\w+)");

    private final Claims claims = new Claims();
    private final List<RecordingApi> payees = new CopyOnWriteArrayList<>();
    private final Map<String, PortalProcess> portals = new HashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch never = new CountDownLatch(1);
    private int rounds;
    private volatile int tokenStatus = 200;
    private volatile int callMillis = 20;
    private EmbeddedBroker broker;
    private Map<String, String> environment;
    private URI gateway;

    @TempDir
    Path directory;

    /** A payment is made by all that this API takes, whatever becomes of the answer. */
    private Plan pay(Call call) {
        Plan plan = Plan.ok("paid".getBytes(StandardCharsets.US_ASCII)).after(callMillis);
        return Math.floorMod(call.path().hashCode(), 20) == 0 ? plan.with(Fault.DROP) : plan;
    }

    private Plan token(Call call) {
        byte[] json = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":2}"
                .getBytes(StandardCharsets.US_ASCII);
        Map<String, String> headers = Map.of("Content-Type", "application/json");
        return new Plan(tokenStatus, headers, tokenStatus == 200 ? json : new byte[0], 0, Fault.NONE);
    }

    @Test
    void behindEveryCodeThatSaysThatNothingWasDoneNothingWas() throws Exception {
        run(1);
    }

    @Test
    @Tag("long")
    void behindAThousandCodesOfTroubleThatSayThatNothingWasDoneNothingWas() throws Exception {
        run(1_000);
    }

    private void run(int wanted) throws Exception {
        payees.add(RecordingApi.start(this::pay));
        try (EmbeddedBroker started = EmbeddedBroker.start();
                RecordingApi tokens = RecordingApi.start(this::token)) {
            broker = started;
            for (String topic : List.of("api-requests", "api-responses", "gateway")) {
                broker.createTopic(topic, PARTITIONS);
            }
            environment = environment(tokens.url());
            ExecutorService payers = Executors.newCachedThreadPool();
            try (WirePayers wire = new WirePayers(
                            claims, broker.bootstrapServers(), "api-requests", "api-responses", PARTITIONS);
                    Gateway entry = Gateway.start(gatewaySettings())) {
                gateway = URI.create("http://127.0.0.1:" + entry.address().getPort() + "/api/v1/pay/");
                start("one");
                start("two");
                portals.values().forEach(PortalProcess::awaitUp);
                for (int i = 0; i < PAYERS; i++) {
                    String token = i % 4 == 0 ? "b" : "a";
                    payers.execute(() -> whileNotOver(() -> payByHttp(token)));
                }
                payers.execute(() -> whileNotOver(this::payBadly));
                payers.execute(() -> whileNotOver(() -> {
                    wire.payAll();
                    wire.hear();
                    never.await(500, TimeUnit.MILLISECONDS);
                }));
                while (rounds < MOST_ROUNDS && !missing().isEmpty() || claims.byTrouble() < wanted) {
                    rounds++;
                    round(wire);
                    wire.hear();
                    System.out.println("not applied: after " + rounds + " rounds there is no " + missing());
                }
                over.set(true);
                payers.shutdown();
                assertThat(payers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
                await("all requests are done with")
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> Stack.lag(broker.bootstrapServers(), "kafkasend-portal") == 0);
                wire.hear();
            } finally {
                payers.shutdownNow();
                portals.values().forEach(PortalProcess::close);
            }
            judge();
        } finally {
            payees.forEach(RecordingApi::close);
        }
    }

    private Map<String, String> environment(String tokenUrl) throws IOException {
        Path keys = Files.createDirectory(directory.resolve("keys"));
        for (String client : List.of("ed", "es")) {
            Files.copy(
                    Path.of("src/test/resources/vectors/client-keys", client + ".pem"), keys.resolve(client + ".pem"));
        }
        Path policies = Files.writeString(
                directory.resolve("policies.yaml"),
                "clients:\n  ed: {headers: [], requests_per_minute: 2}\nanonymous: {}\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("KAFKA_REQUEST_TIMEOUT_MS", "10000");
        environment.put("PORTAL_TARGET_API_URL", payees.get(0).url());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_REPLY_TOPICS", "gateway");
        environment.put("PORTAL_CLIENT_KEYS", keys.toString());
        environment.put("PORTAL_POLICIES", policies.toString());
        environment.put("PORTAL_SPOOL_THRESHOLD_BYTES", "50000");
        environment.put("PORTAL_MAX_ASSEMBLING_JOBS", "25");
        environment.put("PORTAL_JOB_TIMEOUT_SECONDS", "3");
        environment.put("PORTAL_JOB_IDLE_SECONDS", "3");
        environment.put("PORTAL_RETRY_MAX_ATTEMPTS", "2");
        environment.put("PORTAL_RETRY_MAX_DELAY_SECONDS", "1");
        environment.put("PORTAL_BREAKER_OPEN_SECONDS", "1");
        environment.put("OAUTH2_TOKEN_URL", tokenUrl + "/token");
        environment.put("OAUTH2_CLIENT_ID", "portal");
        environment.put("OAUTH2_CLIENT_SECRET", "s3cret");
        return environment;
    }

    private Map<String, String> gatewaySettings() throws Exception {
        Path callers = Files.writeString(
                directory.resolve("callers"),
                "a token=" + sha256("a") + " in-flight=16\nb token=" + sha256("b") + " in-flight=8 rate=4\nc token="
                        + sha256("c") + "\n");
        return Map.of(
                "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                "kafkasend.gateway-reply-topic", "gateway",
                "kafkasend.gateway-callers", callers.toString(),
                "kafkasend.gateway-in-flight", "20",
                "kafkasend.gateway-head-seconds", "1",
                "kafkasend.gateway-timeout-seconds", "10",
                "kafkasend.gateway-port", "0",
                "kafkasend.gateway-management-port", "off");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Under a name of its own, so that it has its partitions back where it is started again. */
    private PortalProcess start(String name) throws IOException {
        Map<String, String> own = new HashMap<>(environment);
        own.put("KAFKA_GROUP_INSTANCE_ID", name);
        own.put(
                "PORTAL_SPOOL_DIRECTORY",
                Files.createDirectories(directory.resolve("spool-" + name)).toString());
        PortalProcess portal = PortalProcess.start(name, directory, own);
        portals.put(name, portal);
        return portal;
    }

    private interface Step {
        void run() throws Exception;
    }

    private void whileNotOver(Step step) {
        while (!over.get()) {
            try {
                step.run();
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                claims.told(0, e.getClass().getSimpleName(), "");
            }
        }
    }

    private void round(WirePayers wire) throws Exception {
        never.await(2, TimeUnit.SECONDS);
        wire.begin(80); // more than may be unfinished
        never.await(1, TimeUnit.SECONDS);
        killDuringCallsThatCannotBeRepeated();
        tokenStatus = 503;
        never.await(4_500, TimeUnit.MILLISECONDS);
        tokenStatus = 401;
        never.await(1_500, TimeUnit.MILLISECONDS);
        tokenStatus = 200;
        broker.stop();
        never.await(2, TimeUnit.SECONDS);
        broker.restart();
        never.await(2, TimeUnit.SECONDS);
        deleteRecords(wire);
        never.await(2, TimeUnit.SECONDS);
    }

    /** The API makes payments that it has no time to tell of, and is away while the next portal would ask it again. */
    private void killDuringCallsThatCannotBeRepeated() throws Exception {
        int port = URI.create(payees.get(0).url()).getPort();
        callMillis = 1_500;
        never.await(1, TimeUnit.SECONDS);
        portals.get("one").kill();
        payees.get(payees.size() - 1).close();
        start("one").awaitUp();
        never.await(2_500, TimeUnit.MILLISECONDS);
        callMillis = 20;
        payees.add(RecordingApi.start(port, this::pay));
        never.await(1_500, TimeUnit.MILLISECONDS);
    }

    /** While portals stand still, so that they have read the first chunk of a payment, and no other. */
    private void deleteRecords(WirePayers wire) throws Exception {
        wire.trickle(30, () -> {
            never.await(500, TimeUnit.MILLISECONDS);
            portals.values().forEach(portal -> portal.signal("STOP"));
        });
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            IntStream.range(0, PARTITIONS)
                    .forEach(partition ->
                            all.put(new TopicPartition("api-requests", partition), RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(all).all().get();
        } finally {
            portals.values().forEach(portal -> portal.signal("CONT"));
        }
    }

    private void payByHttp(String token) throws Exception {
        long number = claims.next();
        byte[] body = new byte[10 + (int) (number % 5) * 40_000];
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(Long.toString(number)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .POST(
                        number % 3 == 0
                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                : BodyPublishers.ofByteArray(body));
        if (number % 7 == 0) {
            request.header("Idempotency-Key", "key-" + number / 70); // ten payments under one key
        }
        HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
        String code = answer.headers().firstValue("KafkaSend-Error").orElse("");
        if (code.isEmpty()) {
            claims.told(number, Integer.toString(answer.statusCode()), "");
            return;
        }
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        claims.told(number, code, problem.path("job_id").asText());
        if (problem.path("retryable").asBoolean() && !Claims.claims(code)) {
            claims.told(number, "retryable " + code, "");
        }
        never.await(answer.statusCode() == 429 || code.equals("GATEWAY_BUSY") ? 100 : 10, TimeUnit.MILLISECONDS);
    }

    /** A head that does not end, a body that ends early, and one that is too large. */
    private void payBadly() throws Exception {
        String rest =
                " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer c\r\nConnection: close\r\nContent-Length: ";
        for (String head :
                List.of(" HTTP/1.1\r\nHo", rest + "900000\r\n\r\nhalf of it", rest + "99999999999999\r\n\r\n")) {
            long number = claims.next();
            try (Socket socket = new Socket("127.0.0.1", gateway.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("POST /api/v1/pay/" + number + head).getBytes(StandardCharsets.US_ASCII));
                if (head.endsWith("it")) {
                    socket.shutdownOutput();
                }
                Matcher code =
                        CODE.matcher(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                claims.told(number, code.find() ? code.group(1) : "connection closed", "");
            }
        }
    }

    /** Codes that say that nothing was done, and that nobody was told yet. */
    private Set<String> missing() {
        Set<String> missing = new TreeSet<>(Stream.concat(
                        Stream.of(ErrorCode.values()).map(Enum::name),
                        Stream.of(GatewayError.values()).map(Enum::name))
                .filter(Claims::claims)
                .toList());
        missing.removeAll(ELSEWHERE);
        missing.removeAll(claims.byCode().keySet());
        return missing;
    }

    private void judge() {
        List<Call> calls = new ArrayList<>();
        payees.forEach(payee -> calls.addAll(payee.calls()));
        Map<String, Long> byCode = claims.byCode();
        System.out.printf(
                "not applied: in %d rounds %,d payments were made; %,d were said not to be, %,d of them for no fault of the request: %s; all outcomes %s%n",
                rounds,
                calls.size(),
                byCode.values().stream().mapToLong(Long::longValue).sum(),
                claims.byTrouble(),
                byCode,
                claims.outcomes());
        assertThat(calls).isNotEmpty();
        assertThat(claims.wrong(calls)).isEmpty();
        assertThat(claims.outcomes().keySet()).noneMatch(outcome -> outcome.startsWith("retryable "));
        assertThat(missing()).as("codes that did not occur").isEmpty();
    }
}
