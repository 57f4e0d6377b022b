package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.TestSignatures;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One client takes all that it can get, and the others do not notice: a real portal and broker, and records as anybody writes them. */
@Timeout(180)
class SharesIT {
    private static final int PARTITIONS = 3;
    private static final byte[] BODY = "hello world".getBytes(StandardCharsets.US_ASCII);

    private static EmbeddedBroker broker;
    private static TokenServer tokens;
    private static int count;

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, WireClient> wires = new HashMap<>();
    private String name;
    private SampleApi api;
    private Portal portal;

    /** Who takes too much, and who comes besides. */
    enum Pair {
        SIGNED_AND_SIGNED("ed", null, "es", null),
        SIGNED_AND_UNSIGNED("ed", null, null, null),
        UNSIGNED_AND_SIGNED(null, null, "es", null),
        ONE_TOPIC_AND_ANOTHER(null, "a", null, "b"),
        ONE_TOPIC_AND_NONE(null, "a", null, null);

        private final Sender greedy;
        private final Sender other;

        Pair(String key, String topic, String otherKey, String otherTopic) {
            greedy = new Sender(key, topic);
            other = new Sender(otherKey, otherTopic);
        }
    }

    /**
     * A client.
     *
     * @param key that it signs with; null for none
     * @param topic of its answers; null for the portal's own
     */
    private record Sender(String key, String topic) {}

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
        tokens = TokenServer.start("portal", Stack.SECRET);
    }

    @AfterAll
    static void stopBroker() {
        tokens.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        name = "shares" + count++;
        api = SampleApi.start(tokens::isValid);
        Path keys = Files.createDirectory(directory.resolve("keys"));
        for (String client : List.of("ed", "es")) {
            Files.copy(
                    Path.of("src/test/resources/vectors/client-keys/" + client + ".pem"),
                    keys.resolve(client + ".pem"));
        }
        broker.createTopic(name + "-requests", PARTITIONS);
        for (String topic : List.of("responses", "a", "b")) {
            broker.createTopic(name + "-" + topic, 1);
        }
        settings.putAll(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url().toString());
        settings.put("kafkasend.request-topic", name + "-requests");
        settings.put("kafkasend.response-topic", name + "-responses");
        settings.put("kafkasend.reply-topics", name + "-a," + name + "-b");
        settings.put("kafkasend.consumer-group", name);
        settings.put("kafkasend.client-keys", keys.toString());
        portal = Portal.start(settings);
        for (String topic : List.of("responses", "a", "b")) {
            wires.put(topic, new WireClient(broker.bootstrapServers(), name + "-requests", name + "-" + topic));
        }
    }

    @AfterEach
    void stop() {
        wires.values().forEach(WireClient::close);
        portal.close();
        api.close();
    }

    private WireClient wire(Sender sender) {
        return wires.get(sender.topic() == null ? "responses" : sender.topic());
    }

    private RequestStart start(Sender sender, Method method, String endpoint, int chunks) throws Exception {
        byte[] body = chunks == 0 ? new byte[0] : BODY;
        CRC32 crc = new CRC32();
        crc.update(body);
        RequestStart start = RequestStart.builder(JobId.random(), chunks, method, endpoint)
                .crc32(crc.getValue())
                .sha256(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(body)))
                .replyTo(sender.topic() == null ? null : name + "-" + sender.topic())
                .build();
        if (sender.key() == null) {
            return start;
        }
        long now = Instant.now().getEpochSecond();
        byte[] key = start.jobId().value().getBytes(StandardCharsets.US_ASCII);
        int partition = Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
        return TestSignatures.sign(sender.key(), start, now, now + 600, name + "-requests", partition);
    }

    private JobId get(Sender sender, String endpoint) throws Exception {
        RequestStart start = start(sender, Method.GET, endpoint, 0);
        wire(sender).start(start);
        return start.jobId();
    }

    private JobId upload(Sender sender) throws Exception {
        RequestStart start = start(sender, Method.POST, "/api/v1/upload", 1);
        wire(sender).start(start);
        wire(sender).chunk(start.jobId(), 0, 1, BODY);
        return start.jobId();
    }

    /** STARTs whose chunks never come. */
    private List<JobId> leave(Sender sender, int starts) throws Exception {
        List<JobId> left = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            RequestStart start = start(sender, Method.POST, "/api/v1/upload", 1);
            wire(sender).start(start);
            left.add(start.jobId());
        }
        wire(sender).flush();
        return left;
    }

    /** Everything that came before it has been read once this is answered. */
    private void barrier(Sender sender) throws Exception {
        for (int i = 0; i < 4 * PARTITIONS; i++) {
            assertThat(wire(sender).reply(get(sender, "/api/v1/status")).status())
                    .isEqualTo(200);
        }
    }

    private List<String> errors(Sender sender, List<JobId> jobs) {
        return jobs.stream()
                .flatMap(id -> wire(sender).messages(id).stream())
                .filter(ResponseError.class::isInstance)
                .map(message -> ((ResponseError) message).code())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aThousandOpenStartsOfOneClientCostNoOtherItsUploads(Pair pair) throws Exception {
        // Given
        List<JobId> left = leave(pair.greedy, 1_000);
        barrier(pair.other);

        // When
        for (int i = 0; i < 20; i++) {
            // Then
            assertThat(wire(pair.other).reply(upload(pair.other)).status()).isEqualTo(200);
        }
        // Each upload took the place of one, and gave it back
        await().untilAsserted(() -> assertThat(errors(pair.greedy, left))
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(20)
                .containsOnly(ErrorCode.TOO_MANY_JOBS.name()));
    }

    @Test
    void withinOneClientWhatWasLeftBehindGivesWayToWhatComes() throws Exception {
        // Given
        Sender anybody = new Sender(null, null);
        leave(anybody, 1_000);
        barrier(anybody);

        // Then: within seconds, and not after PORTAL_JOB_IDLE_SECONDS
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JobId id = upload(anybody);
            await().until(() -> WireClient.ended(wire(anybody).messages(id)));
            assertThat(errors(anybody, List.of(id))).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void callsOfOneClientThatHangCostNoOtherItsCalls(Pair pair) throws Exception {
        // Given
        List<JobId> hanging = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            hanging.add(get(pair.greedy, "/api/v1/hang"));
        }
        await().until(() -> hanging() == 5);

        // When
        for (int i = 0; i < 20; i++) {
            // Then
            assertThat(wire(pair.other).reply(get(pair.other, "/api/v1/status")).status())
                    .isEqualTo(200);
            assertThat(wire(pair.other).reply(upload(pair.other)).status()).isEqualTo(200);
        }
        assertThat(hanging()).isEqualTo(5);
        release();
        for (JobId id : hanging) {
            await().until(() -> {
                release();
                return WireClient.ended(wire(pair.greedy).messages(id));
            });
            assertThat(wire(pair.greedy).reply(id).status()).isEqualTo(200);
        }
    }

    @Test
    void whatWaitsAsideWhenThePortalStopsIsLeftToTheNextAndAnsweredOnce() throws Exception {
        // Given
        Sender greedy = new Sender("ed", null);
        portal.close();
        settings.put("kafkasend.shutdown-grace-seconds", "1");
        portal = Portal.start(settings);
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            jobs.add(get(greedy, "/api/v1/hang"));
        }
        await().until(() -> hanging() == 5);
        barrier(new Sender("es", null));

        // When
        portal.close();

        // Then
        assertThat(errors(greedy, jobs)).isEmpty();
        release();
        portal = Portal.start(settings);
        for (JobId id : jobs) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                release();
                return WireClient.ended(wire(greedy).messages(id));
            });
            assertThat(wire(greedy).reply(id).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatWaitsWithTooManyIsRefusedAloneAndMayComeAgain() throws Exception {
        // Given
        Sender greedy = new Sender(null, "a");
        Sender other = new Sender(null, "b");
        portal.close();
        settings.put("kafkasend.max-assembling-jobs", "20");
        portal = Portal.start(settings);
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            jobs.add(get(greedy, "/api/v1/hang"));
        }
        wire(greedy).flush();

        // Then: five are called, ten wait
        await().untilAsserted(() ->
                assertThat(errors(greedy, jobs)).hasSize(25).containsOnly(ErrorCode.TOO_MANY_JOBS.name()));
        assertThat(wire(other).reply(upload(other)).status()).isEqualTo(200);
        await().untilAsserted(() -> {
            release();
            assertThat(jobs).allMatch(id -> WireClient.ended(wire(greedy).messages(id)));
        });
        assertThat(wire(greedy).reply(get(greedy, "/api/v1/status")).status()).isEqualTo(200);
    }

    private int hanging() throws Exception {
        String answer = http(HttpRequest.newBuilder(api.url().resolve("/api/v1/hang/count")));
        return Integer.parseInt(answer.replaceAll("\\D", ""));
    }

    private void release() throws Exception {
        http(HttpRequest.newBuilder(api.url().resolve("/api/v1/hang/release"))
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private String http(HttpRequest.Builder request) throws Exception {
        URI token = tokens.tokenUrl();
        String form = "grant_type=client_credentials&client_id=portal&client_secret=" + Stack.SECRET;
        String answer = http.send(
                        HttpRequest.newBuilder(token)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String bearer = answer.replaceAll(".*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        return http.send(
                        request.header("Authorization", "Bearer " + bearer).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
