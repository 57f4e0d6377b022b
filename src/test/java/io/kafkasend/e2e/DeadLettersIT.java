package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that name no client: on the dead-letter topic, in the command line's hands, and back. */
@Timeout(120)
class DeadLettersIT {
    private static EmbeddedBroker broker;
    private static TokenServer tokens;
    private static ScriptedApi api;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start();
        tokens = TokenServer.start("portal", Stack.SECRET);
        api = ScriptedApi.recording();
    }

    @AfterAll
    static void stop() {
        api.close();
        tokens.close();
        broker.close();
    }

    private record Run(int code, String out, String err) {}

    private static Run run(boolean terminal, String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = KafkaSend.commandLine(new Console(
                        new ByteArrayInputStream(in.getBytes(UTF_8)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        terminal,
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers())))
                .execute(arguments);
        return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    private static Portal portal(String name, String deadLetters) throws Exception {
        broker.createTopic(name + "-requests", 1);
        broker.createTopic(name + "-responses", 1);
        Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.request-topic", name + "-requests");
        settings.put("kafkasend.response-topic", name + "-responses");
        settings.put("kafkasend.consumer-group", name);
        settings.put("kafkasend.dead-letter-topic", deadLetters);
        return Portal.start(settings);
    }

    private static WireClient client(String name) {
        return new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses");
    }

    private static void expectSettled(Portal portal) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        portal.bean("ledger", Ledger.class).unsettled())
                .isZero());
    }

    @Test
    void areKeptListedShownAndReplayed() throws Exception {
        broker.createTopic("dead", 1);
        try (Portal portal = portal("d1", "dead");
                WireClient client = client("d1")) {
            // Given
            byte[] value = "not json \u001b[31m".getBytes(UTF_8);
            client.record(new ProducerRecord<>(
                    "d1-requests",
                    0,
                    1_000L,
                    "a key".getBytes(UTF_8),
                    value,
                    List.of(
                            new RecordHeader("trace", "one".getBytes(UTF_8)),
                            new RecordHeader("trace", "two".getBytes(UTF_8)),
                            new RecordHeader("kafka.OVERRIDE_TOPIC", "d1-responses".getBytes(UTF_8)),
                            new RecordHeader("CamelKafkaOverrideTopic", "d1-responses".getBytes(UTF_8)))));
            client.record(new ProducerRecord<>("d1-requests", null, "{\"job_id\":\"x\"}".getBytes(UTF_8)));

            // When
            assertThat(client.reply(client.get("/api/v1/canary")).status()).isEqualTo(200);
            expectSettled(portal);
            Run list = run(false, "", "dlq", "list", "--dead-letter-topic", "dead");
            Run newest = run(false, "", "dlq", "list", "--dead-letter-topic", "dead", "--limit", "1");
            Run show = run(false, "", "dlq", "show", "0:0", "--dead-letter-topic", "dead");
            Path raw = directory.resolve("value");
            Run toFile = run(false, "", "dlq", "show", "0:0", "--dead-letter-topic", "dead", "--raw", raw.toString());
            Run again = run(false, "", "dlq", "show", "0:0", "--dead-letter-topic", "dead", "--raw", raw.toString());

            // Then
            assertThat(list.err()).isEmpty();
            assertThat(list.out().lines()).hasSize(2);
            assertThat(list.out()).contains("0:0  ", "INVALID_JSON", "0:1  ", "INVALID_JOB_ID");
            assertThat(newest.out().lines()).singleElement().asString().startsWith("0:1  ");
            assertThat(show.out())
                    .contains(
                            "trace: one",
                            "kafkasend.header.1.trace: two",
                            "kafkasend.header.2.kafka.OVERRIDE_TOPIC: d1-responses",
                            "__connect.errors.topic: d1-requests",
                            "__connect.errors.partition: 0",
                            "__connect.errors.offset: 0",
                            "__connect.errors.exception.message: ",
                            "kafkasend.error_code: INVALID_JSON",
                            "kafkasend.timestamp: 1000",
                            "key: a key",
                            "value: not json \\u001b[31m")
                    .doesNotContain("\u001b");
            assertThat(toFile.code()).isZero();
            assertThat(Files.readAllBytes(raw)).isEqualTo(value);
            assertThat(again.code()).isEqualTo(1);
            assertThat(again.err().lines()).hasSize(1);

            // When
            String[] skipping = {
                "dlq", "replay", "0:0", "-y", "--dead-letter-topic", "dead", "--request-topic", "d1-requests"
            };
            Run skipped = run(false, "", skipping);
            String[] replay = {
                "dlq", "replay", "0:0", "--anyway", "--dead-letter-topic", "dead", "--request-topic", "d1-requests"
            };
            Run refused = run(true, "n\n", replay);
            Run missing = run(false, "", "dlq", "replay", "0:99", "--yes", "--dead-letter-topic", "dead");
            Run replayed = run(true, "y\n", replay);

            // Then
            assertThat(skipped.code()).isEqualTo(1);
            assertThat(skipped.err()).contains("0:0 is skipped: it can only come back, INVALID_JSON");
            assertThat(skipped.out()).contains("0 records written to d1-requests, 1 skipped");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(missing.err()).contains("there is no dead letter 0:99");
            assertThat(replayed.out()).contains("1 record written to d1-requests");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(run(false, "", "dlq", "list", "--dead-letter-topic", "dead")
                                    .out()
                                    .lines())
                            .hasSize(3));
            assertThat(run(false, "", "dlq", "show", "0:2", "--dead-letter-topic", "dead")
                            .out())
                    .contains("trace: one", ".trace: two", "value: not json")
                    .doesNotContain(".kafkasend.", ".__connect");

            // When
            Run all = run(
                    false,
                    "",
                    "dlq",
                    "replay",
                    "--all",
                    "-y",
                    "--anyway",
                    "--dead-letter-topic",
                    "dead",
                    "--request-topic",
                    "d1-requests");

            // Then
            assertThat(all.out()).contains("3 records written");
            expectSettled(portal);
            assertThat(client.records()).hasSize(1);
        }
    }

    @Test
    void whatIsTooLargeIsReducedAndCompletedFromTheRecordItself() throws Exception {
        broker.createTopic("dead4", 1);
        try (Portal portal = portal("d4", "dead4");
                WireClient client = client("d4")) {
            // Given
            RecordHeaders many = new RecordHeaders();
            for (int i = 0; i < 100_000; i++) {
                many.add("h", new byte[0]);
            }
            byte[] large = new byte[1_048_400];
            client.record(
                    new ProducerRecord<>("d4-requests", 0, "a".getBytes(UTF_8), "not json".getBytes(UTF_8), many));
            client.record(new ProducerRecord<>("d4-requests", 0, "b".getBytes(UTF_8), large));
            client.record(new ProducerRecord<>("d4-requests", 0, "c".getBytes(UTF_8), "nor this".getBytes(UTF_8)));

            // Then each is there, the next ones whole
            assertThat(client.reply(client.get("/api/v1/canary")).status()).isEqualTo(200);
            expectSettled(portal);
            Run list = run(false, "", "dlq", "list", "--dead-letter-topic", "dead4");
            assertThat(list.out().lines()).hasSize(3);
            Run headers = run(false, "", "dlq", "show", "0:0", "--dead-letter-topic", "dead4");
            assertThat(headers.out())
                    .contains(
                            "reduced: 99968 of 100000 headers and 0 of 8 bytes of the value are left out; the record itself"
                                    + " stands, or stood, at d4-requests-0@0",
                            "value: not json");
            Run value = run(false, "", "dlq", "show", "0:1", "--dead-letter-topic", "dead4");
            assertThat(value.out()).contains("reduced: 0 of 0 headers and 1032016 of 1048400 bytes of the value");
            assertThat(run(false, "", "dlq", "show", "0:2", "--dead-letter-topic", "dead4")
                            .out())
                    .contains("value: nor this")
                    .doesNotContain("reduced: ");

            // When
            Run replay = run(
                    false,
                    "",
                    "dlq",
                    "replay",
                    "0:0",
                    "0:1",
                    "-y",
                    "--anyway",
                    "--dead-letter-topic",
                    "dead4",
                    "--request-topic",
                    "d4-requests");

            // Then
            assertThat(replay.out()).as(replay.err()).contains("2 records written");
            List<ConsumerRecord<byte[], byte[]>> requests = AllRecords.of(broker).stream()
                    .filter(record -> record.topic().equals("d4-requests"))
                    .toList();
            assertThat(requests.get(requests.size() - 2).headers().toArray()).hasSize(100_000);
            assertThat(requests.get(requests.size() - 1).value()).isEqualTo(large);
            expectSettled(portal);

            // When the records are gone
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.deleteRecords(Map.of(new TopicPartition("d4-requests", 0), RecordsToDelete.beforeOffset(2)))
                        .all()
                        .get();
            }
            Run gone = run(
                    false,
                    "",
                    "dlq",
                    "replay",
                    "0:1",
                    "-y",
                    "--anyway",
                    "--dead-letter-topic",
                    "dead4",
                    "--request-topic",
                    "d4-requests");

            // Then
            assertThat(gone.code()).isEqualTo(1);
            assertThat(gone.err()).contains("0:1 is skipped: its record is not there any more: d4-requests-0@1");
        }
    }

    @Test
    void withoutATopicTheyAreOnlyLogged() throws Exception {
        try (Portal portal = portal("d2", "");
                WireClient client = client("d2")) {
            client.raw("k".getBytes(UTF_8), "not json".getBytes(UTF_8));

            assertThat(client.reply(client.get("/api/v1/canary")).status()).isEqualTo(200);
            expectSettled(portal);
        }
    }

    @Test
    void aTopicThatIsNotThereHoldsUpNothingForLong() throws Exception {
        try (Portal portal = portal("d3", "nowhere");
                WireClient client = client("d3")) {
            // Given
            long before = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                client.raw("k".getBytes(UTF_8), "not json".getBytes(UTF_8));
            }

            // Then
            assertThat(client.reply(client.get("/api/v1/canary")).status()).isEqualTo(200);
            expectSettled(portal);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(40));
        }
        assertThat(run(false, "", "dlq", "list", "--dead-letter-topic", "missing"))
                .satisfies(list -> {
                    assertThat(list.code()).isEqualTo(1);
                    assertThat(list.err().lines()).hasSize(1);
                    assertThat(list.err()).contains("topic missing does not exist");
                });
    }
}
