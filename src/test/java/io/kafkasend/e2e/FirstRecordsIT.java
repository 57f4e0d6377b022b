package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first records of a producer find a broker that has just started: they stay in order all the same. */
@Timeout(120)
class FirstRecordsIT {
    private final byte[] body = new byte[2_000_000];

    private EmbeddedBroker broker;
    private TokenServer tokens;
    private RecordingApi api;
    private Portal portal;
    private KafkaSendClient client;

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(body);
        broker = EmbeddedBroker.builder()
                .property("authorizer.class.name", LateLeader.class.getName())
                .start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        tokens = TokenServer.start("portal", Stack.SECRET);
        api = RecordingApi.start(call -> Plan.ok(call.body()));
        Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url());
        portal = Portal.start(settings);
        client = KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .build();
    }

    @AfterEach
    void stop() {
        LateLeader.OF.clear();
        client.close();
        portal.close();
        api.close();
        tokens.close();
        broker.close();
    }

    @Test
    void ofManyJobsAtOnceTooEachIsAnswered() {
        // Given
        LateLeader.OF.addAll(List.of("api-requests", "api-responses"));
        Request request = Request.builder()
                .endpoint("/api/v1/x")
                .timeout(Duration.ofSeconds(60))
                .build();

        // When
        List<CompletableFuture<Answer>> answers =
                Stream.generate(() -> client.send(request)).limit(200).toList();

        // Then
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.get(90, TimeUnit.SECONDS).status()).isEqualTo(200));
        assertThat(LateLeader.OF).as("topics whose first write was not refused").isEmpty();
        Set<String> started = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : AllRecords.of(broker)) {
            if (record.topic().equals("api-responses")) {
                String job = new String(record.key(), UTF_8);
                assertThat(started.add(job))
                        .as("START and CHUNKs of %s, in that order", job)
                        .isEqualTo(isStart(record));
            }
        }
        assertThat(started).hasSize(200);
    }

    @Test
    void aStartThatIsRefusedOnceStillComesBeforeItsChunks() throws Exception {
        // Given
        LateLeader.OF.addAll(List.of("api-requests", "api-responses"));

        // When
        Answer answer = client.send(Request.builder()
                        .method(Method.POST)
                        .endpoint("/api/v1/x")
                        .contentType("application/octet-stream")
                        .body(Body.of(body))
                        .timeout(Duration.ofSeconds(60))
                        .build())
                .get(90, TimeUnit.SECONDS);

        // Then
        assertThat(answer.bytes()).isEqualTo(body);
        assertThat(LateLeader.OF).as("topics whose first write was not refused").isEmpty();
        for (String topic : List.of("api-requests", "api-responses")) {
            assertThat(AllRecords.of(broker))
                    .filteredOn(record -> record.topic().equals(topic))
                    .extracting(FirstRecordsIT::isStart)
                    .as(topic)
                    .startsWith(true)
                    .endsWith(false);
        }
    }

    private static boolean isStart(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), UTF_8).contains("\"message_type\":\"START\"");
    }
}
