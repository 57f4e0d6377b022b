package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.OutputSchema;
import io.kafkasend.cli.console.Console;
import io.kafkasend.dev.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafkasend check-client} with a real broker: no portal is needed. */
@Timeout(120)
class CheckClientIT {
    private static final String JOB = "550e8400-e29b-41d4-a716-446655440000";

    private static EmbeddedBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start();
        for (String topic : new String[] {"ours", "wrong", "empty", "api-responses"}) {
            broker.createTopic(topic, 3);
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Map<String, String> environment(String topic) {
        return Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "KAFKA_REQUEST_TOPIC", topic);
    }

    private static Command check(String topic, String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = "check-client";
        System.arraycopy(more, 0, arguments, 1, more.length);
        return Command.run(environment(topic), arguments);
    }

    @Test
    void whatOurOwnCommandsSendIsRightWhileItComesAndLater() throws Exception {
        // Given
        Path file = Files.write(directory.resolve("ü.bin"), new byte[2_000_000]);
        CountDownLatch ready = new CountDownLatch(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream heard = new PrintStream(
                new ByteArrayOutputStream() {
                    @Override
                    public synchronized void write(byte[] bytes, int from, int length) {
                        super.write(bytes, from, length);
                        if (toString(UTF_8).contains("from now on")) {
                            ready.countDown();
                        }
                    }
                },
                true,
                UTF_8);
        Console here = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), heard, false, environment("ours"));
        CompletableFuture<Integer> live = CompletableFuture.supplyAsync(
                () -> KafkaSend.commandLine(here).execute("check-client", "--jobs", "3", "--time", "100"));
        assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();

        // When
        for (String[] more : new String[][] {{}, {"--binary", "--yes"}, {"--compress", "gzip"}}) {
            String[] words = {"send-file", file.toString(), "-e", "/api/v1/upload", "--no-wait", "--quiet"};
            String[] all = new String[words.length + more.length];
            System.arraycopy(words, 0, all, 0, words.length);
            System.arraycopy(more, 0, all, words.length, more.length);
            Command sent = Command.run(environment("ours"), all);
            assertThat(sent.code()).as(sent.err()).isZero();
        }

        // Then
        assertThat(live.get(100, TimeUnit.SECONDS)).as(out.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8))
                .contains("START  ", "CHUNK  ", "  OK", "all right")
                .doesNotContain("WRONG");
        for (String[] past : new String[][] {{"--from-beginning"}, {"--since", "1h"}}) {
            Command again = check("ours", past);
            assertThat(again.out()).contains("all right").doesNotContain("WRONG", "not judged");
            assertThat(again.code()).isZero();
        }
        OutputSchema.require(check("ours", "--from-beginning", "--json").out());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listGroups().all().get()).isEmpty(); // it joined none
        }
    }

    @Test
    void whatIsWrongIsToldWithCodeAndSectionAndExitCode1() throws Exception {
        // Given
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            String start =
                    "{\"job_id\":\"" + JOB + "\",\"message_type\":\"START\",\"total_chunks\":1,\"method\":\"POST\","
                            + "\"endpoint\":\"/a\",\"crc32\":1}";
            String chunk = "{\"job_id\":\"" + JOB + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"YWJj\"}";
            for (String value : new String[] {"no JSON", start, chunk}) {
                producer.send(new ProducerRecord<>("wrong", 1, JOB.getBytes(UTF_8), value.getBytes(UTF_8)))
                        .get();
            }
        }

        // When
        Command text = check("wrong", "--from-beginning");
        Command json = check("wrong", "--since", "1h", "--json");
        Command ofJob = check("wrong", "--from-beginning", "--job", "6fa459ea-ee8a-4ca4-894e-db77e160355e");

        // Then
        assertThat(text.code()).isEqualTo(1);
        assertThat(text.out())
                .contains(
                        "1@0  record  " + JOB + "  WRONG",
                        "    INVALID_JSON: ",
                        "(PROTOCOL.md, Topics and records)",
                        "1@1  START  " + JOB + "  OK",
                        "    CRC_MISMATCH: crc32 is not that of the whole raw body, 891568578, got 1"
                                + " (PROTOCOL.md, START of a request)",
                        "3 records, 2 faults in records or jobs");
        assertThat(json.code()).isEqualTo(1);
        OutputSchema.require(json.out());
        assertThat(json.out()).contains("\"code\":\"CRC_MISMATCH\"", "\"messages\":3", "\"wrong\":2");
        assertThat(ofJob.code()).isEqualTo(5);
    }

    @Test
    void aTopicThatIsEmptyOrMissingIsTold() {
        // When
        Command empty = check("empty", "--from-beginning", "--json");
        Command missing = check("missing");
        Command mistaken = check("empty", "--time", "0");

        // Then
        assertThat(empty.code()).isEqualTo(5);
        OutputSchema.require(empty.out());
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("topic missing does not exist");
        assertThat(mistaken.code()).isEqualTo(2);
    }
}
