package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.cli.OutputSchema;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafkasend doctor} names the place where jobs do not get on. */
@Timeout(180)
class DoctorIT {
    /** Each is a client of Kafka from its start to its end. */
    private static final Duration BETWEEN_COMMANDS = Duration.ofMillis(500);

    private EmbeddedBroker broker;
    private CountDownLatch slow;
    private ScriptedApi api;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        broker.createTopic("api-dead-letters", 1);
        slow = new CountDownLatch(1);
        api = ScriptedApi.start((head, socket, out) -> {
            if (head.contains("/api/v1/slow")) {
                slow.await();
            }
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes());
        });
    }

    @AfterEach
    void stop() {
        slow.countDown();
        api.close();
        broker.close();
    }

    private Portal portal() throws Exception {
        return SecuredPortal.start(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()), api.url());
    }

    private Command doctor(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "doctor";
        arguments[1] = "-b";
        arguments[2] = broker.bootstrapServers();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Command.run(Map.of(), arguments);
    }

    @Test
    void whereAllIsWellNothingFailsAndAProbeComesBack() throws Exception {
        try (Portal portal = portal()) {
            // When
            await().pollInterval(BETWEEN_COMMANDS)
                    .untilAsserted(() -> assertThat(doctor().out()).containsPattern("(?m)^group +ok "));
            Command run = doctor("--probe", "/api/v1/status");
            Command refused = doctor("--probe", "/elsewhere");

            // Then
            assertThat(run.code()).as(run.out()).isZero();
            assertThat(run.out())
                    .containsPattern("(?m)^broker +ok ")
                    .containsPattern("(?m)^topic +ok +api-requests: 1 partitions, .* retention ")
                    .containsPattern("(?m)^rights +ok +api-requests: Read, Write, Describe, DescribeConfigs")
                    .containsPattern("(?m)^group +ok +kafkasend-portal is stable, 1 member: .*each partition of")
                    .containsPattern("(?m)^waiting +ok +in all 0 records open")
                    .containsPattern("(?m)^dead letters +ok +none")
                    .containsPattern("(?m)^clock +ok ")
                    .containsPattern("(?m)^probe +ok +GET was answered 200 after ");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.out()).containsPattern("(?m)^probe +fail .*ENDPOINT_NOT_ALLOWED");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void oneLongJobIsOneOpenRecordWhateverTheLagIs() throws Exception {
        try (Portal portal = portal();
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
            // Given
            JobId head = client.get("/api/v1/slow");
            await().until(() -> !api.heads().isEmpty());
            for (int i = 0; i < 20; i++) {
                client.reply(client.get("/api/v1/fast"));
            }

            // When, Then: the portal notes in its next commit what is done
            await().pollInterval(BETWEEN_COMMANDS).untilAsserted(() -> assertThat(doctor().out())
                    .contains(
                            "api-requests partition 0: 1 record open (lag 21, of which 20 are done), the oldest since ")
                    .contains(" s: " + head)
                    .contains("in all 1 records open, lag 21"));
            Command json = doctor("--json");
            OutputSchema.require(json.out());
            assertThat(json.out()).contains("\"lag\":21,\"open\":1,\"oldest_key\":\"" + head + "\"");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void withoutAPortalThatIsWhatFailsAndWhatWaitsIsShown() throws Exception {
        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
            // Given
            JobId job = client.get("/api/v1/status");
            letter();

            // When
            Command run = doctor("--probe", "/api/v1/status", "--timeout", "1s");

            // Then
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out())
                    .containsPattern("(?m)^group +fail +kafkasend-portal has no member: no portal reads api-requests")
                    .containsPattern(
                            "(?m)^waiting +ok +api-requests partition 0: 1 record open, the oldest since \\d+ s: "
                                    + job)
                    .containsPattern("(?m)^dead letters +warn +1 dead letter in api-dead-letters")
                    .containsPattern("(?m)^probe +fail +no answer within 1 second");
        }
    }

    @Test
    void aTopicThatIsMissingAndABrokerThatIsAwayAreNamed() {
        // When
        Command missing = doctor("--request-topic", "nowhere", "--reply-to", "nowhere-else");
        Command away = Command.run(Map.of(), "doctor", "-b", "127.0.0.1:9", "--connect-timeout", "1s", "--json");

        // Then
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out())
                .containsPattern("(?m)^topic +fail +nowhere does not exist$")
                .contains("-> kafkasend topics --create --request-topic nowhere creates it")
                .containsPattern("(?m)^topic +fail +nowhere-else does not exist$")
                .containsPattern("(?m)^topic +ok +api-responses");
        assertThat(away.code()).isEqualTo(1);
        OutputSchema.require(away.out());
        assertThat(away.out()).contains("no answer from Kafka at 127.0.0.1:9 within 1 s");
    }

    @Test
    void whatAUserMayNotSeeIsAWarning(@TempDir Path directory) throws Exception {
        try (SecureBroker secure = new SecureBroker(directory)) {
            // Given
            Map<String, String> operator = secure.login("SCRAM-SHA-512", "operator");

            // When
            Command blind = Command.run(operator, "doctor");
            secure.grant(List.of(allow(AclOperation.DESCRIBE, ResourceType.TOPIC, "api-requests")));
            Command oneEyed = awaitTopic(operator);

            // Then
            assertThat(blind.code()).as(blind.out()).isZero();
            assertThat(blind.out())
                    .containsPattern("(?m)^topic +warn +not allowed to see topic api-requests$")
                    .contains("-> grant Describe on it to this user")
                    .containsPattern("(?m)^clock +warn +not allowed to see Kafka's clock$");
            assertThat(oneEyed.out())
                    .containsPattern("(?m)^topic +warn +not allowed to see api-requests: 1 partitions, .*its settings$")
                    .containsPattern("(?m)^group +warn +not allowed to see group kafkasend-portal$")
                    .containsPattern("(?m)^waiting +warn +not allowed to see what waits for group kafkasend-portal$");
        }
    }

    private static Command awaitTopic(Map<String, String> operator) {
        Command[] run = new Command[1];
        await().until(() -> {
            run[0] = Command.run(operator, "doctor");
            return run[0].out().contains("api-requests: 1 partitions");
        });
        return run[0];
    }

    private static AclBinding allow(AclOperation operation, ResourceType type, String name) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:operator", "*", operation, AclPermissionType.ALLOW));
    }

    private void letter() throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("api-dead-letters", "no message"))
                    .get();
        }
    }
}
