package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Portals of the least heaps that docs/operate/memory.md names, in processes of their own that end at the first OutOfMemoryError. */
@Timeout(240)
class SmallHeapIT {
    /** With the default settings. */
    private static final String LEAST = "128m";
    /** With fewer calls and records at a time. */
    private static final String LESS = "96m";

    private static final String[] FEWER = {"PORTAL_MAX_CONCURRENT_JOBS", "4", "KAFKA_MAX_POLL_RECORDS", "4"};

    @TempDir
    Path directory;

    private static EmbeddedBroker broker;
    private static TokenServer tokens;
    private static SampleApi api;

    private String name;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-dead-letters", 1);
        tokens = TokenServer.start("portal", Stack.SECRET);
        api = SampleApi.start(tokens::isValid);
    }

    @AfterAll
    static void stop() {
        api.close();
        tokens.close();
        broker.close();
    }

    @BeforeEach
    void createTopics() {
        name = "small" + UUID.randomUUID();
        broker.createTopic(name + "-requests", 6);
        broker.createTopic(name + "-responses", 6);
    }

    private CommandProcess portal(String heap, String... more) throws IOException {
        return CommandProcess.start(directory, heap, environment(more), "portal");
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "PORTAL_TARGET_API_URL",
                api.url().toString(),
                "PORTAL_ALLOWED_ENDPOINTS",
                Stack.ALLOWED,
                "KAFKA_REQUEST_TOPIC",
                name + "-requests",
                "KAFKA_RESPONSE_TOPIC",
                name + "-responses",
                "KAFKA_CONSUMER_GROUP",
                name,
                "PORTAL_JOB_IDLE_SECONDS",
                "5",
                "OAUTH2_TOKEN_URL",
                tokens.tokenUrl().toString(),
                "OAUTH2_CLIENT_ID",
                "portal",
                "OAUTH2_CLIENT_SECRET",
                Stack.SECRET));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    /** What a client sends of one hostile request, by its number. */
    enum Attack {
        /** STARTs of 1 MiB that wait for CHUNKs. */
        LARGE_STARTS(120) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(3, Transfer.PLAIN, 125, i -> "x-" + i, "v".repeat(8_190)));
            }
        },
        /** STARTs of 1 MiB that are whole. */
        LARGE_CALLS(120) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(0, Transfer.PLAIN, 125, i -> "x-" + i, "v".repeat(8_190)));
            }
        },
        /** Names that nobody has seen before, of the greatest length. */
        LONG_NAMES(120) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(3, Transfer.PLAIN, 125, i -> number + "-" + i + "n".repeat(8_100), "v"));
            }
        },
        /** Characters that take two bytes in memory and as many on the wire. */
        WIDE_STARTS(120) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(3, Transfer.PLAIN, 60, i -> "x-" + i, "\u0416".repeat(8_190)));
            }
        },
        MANY_HEADERS(1_000) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(Limits.CHUNKS, Transfer.PLAIN, 128, i -> "x-" + i, ""));
            }
        },
        LONG_HEADERS(1_000) {
            @Override
            void send(WireClient client, int number) {
                client.start(start(2, Transfer.PLAIN, 6, i -> "x-" + i, "v".repeat(8_190)));
            }
        },
        CHUNKS_WITHOUT_START(120) {
            @Override
            void send(WireClient client, int number) {
                client.chunk(JobId.random(), 0, 2, new byte[Limits.CHUNK_BYTES]);
            }
        },
        /** 50 bytes that are 1 MiB. */
        BOMBS(40) {
            @Override
            void send(WireClient client, int number) {
                Transfer zstd = new Transfer(ContentEncoding.ZSTD, false, false, Set.of());
                RequestStart start = start(20, zstd, 0, i -> "", "");
                client.start(start);
                byte[] bomb = ContentEncoding.ZSTD.encode(new byte[Limits.DECODED_BYTES]);
                for (int i = 0; i < 10; i++) {
                    client.chunk(start.jobId(), i, 20, bomb);
                }
            }
        },
        UNFINISHED_BODIES(120) {
            @Override
            void send(WireClient client, int number) {
                RequestStart start = start(2, Transfer.PLAIN, 0, i -> "", "");
                client.start(start);
                client.chunk(start.jobId(), 0, 2, new byte[Limits.CHUNK_BYTES]);
            }
        },
        NO_JSON(120) {
            @Override
            void send(WireClient client, int number) {
                client.raw(JobId.random(), "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII));
            }
        };

        private final int times;

        Attack(int times) {
            this.times = times;
        }

        abstract void send(WireClient client, int number);

        static RequestStart start(int chunks, Transfer transfer, int headers, IntFunction<String> name, String value) {
            Map<String, String> all = new LinkedHashMap<>();
            for (int i = 0; i < headers; i++) {
                all.put(name.apply(i), value);
            }
            return RequestStart.builder(JobId.random(), chunks, Method.POST, "/api/v1/upload")
                    .headers(all)
                    .transfer(transfer)
                    .build();
        }
    }

    @Test
    void aPortalOfTheLeastHeapOutlivesAllOfThem() throws Exception {
        outlives(List.of(Attack.values()), portal(LEAST));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void aPortalOfTheLeastHeapThatHasJustStartedOutlivesIt(Attack attack) throws Exception {
        outlives(List.of(attack), portal(LEAST));
    }

    @Test
    void withFewerCallsALesserHeapOutlivesItsDeath() throws Exception {
        outlives(List.of(Attack.LARGE_STARTS), portal(LESS, FEWER));
    }

    private WireClient client() {
        return new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses");
    }

    private void outlives(List<Attack> attacks, CommandProcess started) throws Exception {
        try (CommandProcess portal = started;
                WireClient client = client()) {
            // Given
            portal.awaitLog("the portal is up");
            good(client, portal);

            for (Attack attack : attacks) {
                // When
                for (int i = 0; i < attack.times; i++) {
                    attack.send(client, i);
                    if (i % (attack.times / 4) == 0) {
                        good(client, portal);
                    }
                }
                client.flush();

                // Then
                for (int i = 0; i < 3; i++) {
                    good(client, portal);
                }
                Awaitility.await(attack.name()).atMost(Duration.ofSeconds(60)).until(() -> takesABody(client, portal));
                assertThat(portal.running()).as(portal.log()).isTrue();
                assertThat(portal.log() + portal.out()).doesNotContain("OutOfMemoryError");
            }
        }
    }

    /** A job without a body is answered, whatever else the portal holds. */
    private static void good(WireClient client, CommandProcess portal) {
        JobId id = client.get("/api/v1/documents/a?size=100000");
        awaitEnd(client, id, portal);
        assertThat(client.reply(id).body()).hasSize(100_000);
    }

    /** One with a body may be told to come again while others hold the memory, and for nothing else. */
    private static boolean takesABody(WireClient client, CommandProcess portal) {
        JobId id = client.send(Method.POST, "/api/v1/upload", Map.of(), null, "image/png", new byte[1 << 20]);
        awaitEnd(client, id, portal);
        if (client.messages(id).get(0) instanceof ResponseError error) {
            assertThat(error.code()).isEqualTo(ErrorCode.TOO_MANY_JOBS.name());
            return false;
        }
        return client.reply(id).status() == 200;
    }

    private static void awaitEnd(WireClient client, JobId id, CommandProcess portal) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (!portal.running()) {
                throw new AssertionError("the portal has ended: " + portal.out() + portal.log());
            }
            return WireClient.ended(client.messages(id));
        });
    }

    @Test
    void manyLongTextsAtTheSameTimePassThroughTheLeastHeap() throws Exception {
        try (CommandProcess portal = portal(LEAST);
                WireClient client = client()) {
            // Given
            portal.awaitLog("the portal is up");

            // When
            List<JobId> ids = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ids.add(client.get("/api/v1/text?repeat=100000"));
            }

            // Then
            for (JobId id : ids) {
                awaitEnd(client, id, portal);
                assertThat(client.reply(id).body()).hasSizeGreaterThan(5_000_000);
            }
            assertThat(portal.running()).isTrue();
        }
    }

    @Test
    void aHeapThatCannotHoldWhatTheSettingsNeedIsRefusedInOneLine() throws Exception {
        for (String[] arguments : new String[][] {{"portal"}, {"portal", "--check"}}) {
            try (CommandProcess portal = CommandProcess.start(directory, LESS, environment(), arguments)) {
                // When
                int code = portal.awaitEnd(Duration.ofSeconds(60));

                // Then
                assertThat(code).isEqualTo(2);
                assertThat(portal.log().lines())
                        .singleElement()
                        .asString()
                        .startsWith("kafkasend: the heap has 96 MiB, and these settings need ")
                        .contains("-Xmx", "PORTAL_MAX_CONCURRENT_JOBS");
            }
        }
    }

    @Test
    void aCheckSaysWhatIsNeededAndSoDoesTheStart() throws Exception {
        try (CommandProcess check = CommandProcess.start(directory, LEAST, environment(), "portal", "--check");
                CommandProcess portal = portal(LEAST)) {
            // When
            int code = check.awaitEnd(Duration.ofSeconds(60));
            portal.awaitLog("the portal is up");

            // Then
            assertThat(code).isZero();
            assertThat(check.out()).contains("needs up to ").contains("; has 128 MiB");
            assertThat(portal.log()).contains("needs up to ").contains("; has 128 MiB");
        }
    }

    /** A client: it takes of the environment what is its own. */
    private CommandProcess command(String... arguments) throws IOException {
        return CommandProcess.start(directory, "64m", environment(), arguments);
    }

    @Test
    void anAnswerOfFiftyMebibytesPassesThroughASmallClientToAFileAndIsRefusedInMemory() throws Exception {
        Path file = directory.resolve("answer.bin");
        String endpoint = "/api/v1/documents/a?size=" + (50 << 20);
        try (CommandProcess portal = portal(LEAST)) {
            // Given
            portal.awaitLog("the portal is up");

            // When
            try (CommandProcess toFile = command("send-request", "-e", endpoint, "-o", file.toString());
                    CommandProcess inMemory = command("send-request", "-e", endpoint, "--json")) {
                int saved = toFile.awaitEnd(Duration.ofSeconds(90));
                int refused = inMemory.awaitEnd(Duration.ofSeconds(90));

                // Then
                assertThat(saved).as(toFile.log()).isZero();
                assertThat(file).hasSize(50 << 20);
                assertThat(refused).isEqualTo(1);
                assertThat(inMemory.log()).contains("have it written to a file or a stream");
                assertThat(inMemory.log() + toFile.log()).doesNotContain("OutOfMemoryError");
            }
        }
    }

    @Test
    void aRecordThatUnpacksToFiftyMebibytesIsRefusedByTheBrokerOfATopicThatTheCommandMade() throws Exception {
        // Given
        Map<String, Object> hostile = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                "zstd",
                "max.request.size",
                100 << 20,
                "buffer.memory",
                200L << 20);
        try (CommandProcess create =
                command("topics", "--create", "--request-topic", name + "-2", "--response-topic", name + "-3")) {
            assertThat(create.awaitEnd(Duration.ofSeconds(60))).as(create.log()).isZero();
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(hostile, new ByteArraySerializer(), new ByteArraySerializer())) {
            // When
            Future<?> bomb = producer.send(new ProducerRecord<>(name + "-2", new byte[50 << 20]));
            Future<?> good = producer.send(new ProducerRecord<>(name + "-2", new byte[1 << 19]));

            // Then
            assertThatThrownBy(bomb::get).hasRootCauseInstanceOf(InvalidRecordException.class);
            good.get();
        }
    }
}
