package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.cli.OutputSchema;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kafkasend trace} tells from the topics what became of a job. */
@Timeout(180)
class TraceIT {
    private static Stack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start(Map.of());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static Command trace(Object job, String... more) {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "trace";
        arguments[1] = job.toString();
        arguments[2] = "-b";
        arguments[3] = stack.broker.bootstrapServers();
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Command.run(Map.of(), arguments);
    }

    private static Command awaitTrace(JobId job, String told) {
        AtomicReference<Command> run = new AtomicReference<>();
        await().until(() -> {
            run.set(trace(job));
            return run.get().out().contains(told);
        });
        return run.get();
    }

    @Test
    void anAnsweredJobIsToldFromItsStartToItsLastChunk() throws Exception {
        // Given
        byte[] body = new byte[2_000_000];
        JobId job = stack.client.send(
                Method.POST, "/api/v1/upload?page=c4nary", Map.of(), "a.bin", "application/octet-stream", body);

        // When
        Command run = awaitTrace(job, "answered 200 after ");
        Command json = trace(job, "--json");

        // Then
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern(
                        "api-requests \\d:\\d+ +START +POST /api/v1/upload\\?page=\\*, client unnamed, unsigned")
                .containsPattern("api-requests \\d:\\d+-\\d+ +CHUNK +\\d+ of them, within ")
                .containsPattern("api-responses \\d:\\d+ +START +answer 200, 1 chunk, \\d+ bytes")
                .containsPattern("(?m)^request: (\\d+) of \\1 chunks$")
                .contains("answer: 1 of 1 chunks")
                .doesNotContain("c4nary");
        OutputSchema.require(json.out());
        assertThat(json.out()).contains("\"job_id\":\"" + job + "\"", "\"state\":\"answered\"", "\"status\":200");
    }

    @Test
    void aRefusedJobIsToldWithItsCode() {
        // Given
        JobId job = stack.client.get("/elsewhere");

        // Then
        assertThat(awaitTrace(job, "ended by ENDPOINT_NOT_ALLOWED").out())
                .containsPattern("api-responses \\d:\\d+ +ERROR +ENDPOINT_NOT_ALLOWED: ");
    }

    @Test
    void aGapInARequestIsNamed() {
        // Given
        JobId job = JobId.random();
        stack.client.raw(
                job,
                ("{\"job_id\":\"" + job + "\",\"message_type\":\"START\",\"total_chunks\":4,\"method\":\"POST\","
                                + "\"endpoint\":\"/api/v1/upload\",\"headers\":{}}")
                        .getBytes(StandardCharsets.UTF_8));
        stack.client.chunk(job, 0, 4, new byte[] {1});
        stack.client.chunk(job, 3, 4, new byte[] {1});

        // When
        Command run = awaitTrace(job, "2 of 4 chunks");

        // Then
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("the request is not whole: 2 of 4 chunks, missing 1-2; its last record is ");
    }

    @Test
    void aJobThatIsNotThereHasAnExitCodeOfItsOwn() {
        // When
        JobId nobody = JobId.random();
        Command run = trace(nobody, "--since", "1h");
        Command json = trace(nobody, "--json");

        // Then
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err().strip())
                .isEqualTo("kafkasend: job " + nobody + " was not found within 1 h, or the topics' retention is over");
        assertThat(json.code()).isEqualTo(5);
        OutputSchema.require(json.out());
        assertThat(json.out()).contains("\"outcome\":\"not_found\"");
    }

    @Test
    void aJobOfAClientThatHashesOtherwiseIsFoundToo() throws Exception {
        // Given
        JobId job = JobId.random();
        String start = "{\"job_id\":\"" + job + "\",\"message_type\":\"START\",\"total_chunks\":1,\"method\":\"GET\","
                + "\"endpoint\":\"/api/v1/status\",\"headers\":{}}";
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int partition = 0; partition < 3; partition++) {
                JobId id = partition == 0 ? job : JobId.random();
                producer.send(new ProducerRecord<>(
                                "api-requests",
                                partition,
                                id.value().getBytes(StandardCharsets.US_ASCII),
                                start.replace(job.value(), id.value()).getBytes(StandardCharsets.UTF_8)))
                        .get();

                // When
                Command run = trace(id);

                // Then
                assertThat(run.out())
                        .containsPattern("api-requests " + partition + ":\\d+ +START +GET /api/v1/status")
                        .contains("0 of 1 chunks, missing 0");
            }
        }
    }

    @Test
    void deadLettersOfAJobAreShown() throws Exception {
        // Given: one by its key, one that has another key than its message
        JobId job = JobId.random();
        stack.broker.createTopicIfMissing("api-dead-letters", 1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                    "api-dead-letters",
                    job.value().getBytes(StandardCharsets.US_ASCII),
                    "c4nary".getBytes(StandardCharsets.UTF_8));
            letter.headers().add("kafkasend.error_code", "KEY_MISMATCH".getBytes(StandardCharsets.UTF_8));
            letter.headers().add("__connect.errors.topic", "api-requests".getBytes(StandardCharsets.UTF_8));
            letter.headers().add("__connect.errors.partition", "1".getBytes(StandardCharsets.UTF_8));
            letter.headers().add("__connect.errors.offset", "17".getBytes(StandardCharsets.UTF_8));
            producer.send(letter).get();
            producer.send(new ProducerRecord<>(
                            "api-dead-letters",
                            JobId.random().value().getBytes(StandardCharsets.US_ASCII),
                            ("{\"job_id\":\"" + job + "\"}").getBytes(StandardCharsets.UTF_8)))
                    .get();
            producer.send(new ProducerRecord<>("api-dead-letters", null, new byte[] {1}))
                    .get();
        }

        // When
        Command run = trace(job, "--dead-letter-topic", "api-dead-letters");

        // Then
        assertThat(run.code()).isZero();
        assertThat(run.out().lines().filter(line -> line.contains("dead letter")))
                .hasSize(2);
        assertThat(run.out())
                .containsPattern("api-dead-letters 0:\\d+ +dead letter +KEY_MISMATCH: .*it was api-requests 1:17")
                .contains("no record of the request that can be read")
                .doesNotContain("c4nary");
    }

    @Test
    void whatAUserMayNotReadIsAWarning(@TempDir Path directory) throws Exception {
        try (SecureBroker secure = new SecureBroker(directory)) {
            // Given
            Map<String, String> operator = secure.login("SCRAM-SHA-512", "operator");
            JobId job = JobId.random();
            secure.grant(List.of(new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, "api-requests", PatternType.LITERAL),
                    new AccessControlEntry("User:operator", "*", AclOperation.READ, AclPermissionType.ALLOW))));

            // When
            AtomicReference<Command> run = new AtomicReference<>();
            await().until(() -> {
                run.set(Command.run(operator, "trace", job.value()));
                return !run.get().err().contains("read topic api-requests");
            });

            // Then: it may be in what was not read
            assertThat(run.get().code()).isEqualTo(1);
            assertThat(run.get().err())
                    .contains("warning: not allowed to read topic api-responses", "as far as the topics could be read");
        }
    }
}
