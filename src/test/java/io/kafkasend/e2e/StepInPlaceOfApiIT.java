package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands in place of the API, by its contract in docs/integrate/worked-changes.md: a step of the portal's host. */
@Timeout(120)
class StepInPlaceOfApiIT {
    private final Map<String, Processor> steps = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private EmbeddedBroker broker;
    private Portal portal;
    private WireClient client;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        portal = Portal.startWithStep(
                Map.of(
                        "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                        "kafkasend.allowed-endpoints", "/*",
                        "kafkasend.retry-max-delay-seconds", "1",
                        "kafkasend.management-port", "off"),
                exchange -> {
                    calls.incrementAndGet();
                    steps.get(exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class))
                            .process(exchange);
                },
                () -> {});
        Stack.awaitPartitions(portal);
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    @AfterEach
    void stop() {
        client.close();
        portal.close();
        broker.close();
    }

    private JobId post(String endpoint, byte[] body) {
        return client.send(
                Method.POST, endpoint, Map.of("X-Request-ID", "r-1", "Accept", "x/y"), null, "text/csv", body);
    }

    private JobId post(String endpoint) {
        return post(endpoint, "a;b".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aStepHasTheVettedRequestAndItsHeadersAndStatusGoBack() {
        // Given
        Map<String, Object> seen = new HashMap<>();
        steps.put("/x", exchange -> {
            Message message = exchange.getMessage();
            seen.putAll(message.getHeaders());
            seen.put("body", message.getBody(String.class));
            message.getBody(StreamCache.class).reset();
            seen.put("again", message.getBody(String.class));
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, "207");
            message.setHeader("Link", List.of("<a>", "<b>"));
            message.setHeader("X-Internal", "secret");
            message.setHeader(Exchange.CONTENT_TYPE, "application/json");
            message.setBody("{}".getBytes(StandardCharsets.UTF_8));
        });

        // When
        JobId job = post("/x?y=%20");
        WireClient.Reply reply = client.reply(job);

        // Then
        assertThat(seen)
                .containsEntry("CamelHttpMethod", "POST")
                .containsEntry("CamelHttpPath", "/x")
                .containsEntry("CamelHttpQuery", "y=%20")
                .containsEntry("Content-Type", "text/csv")
                .containsEntry("X-Request-ID", "r-1")
                .containsEntry("Idempotency-Key", job.value())
                .containsEntry("body", "a;b")
                .containsEntry("again", "a;b");
        assertThat(reply.status()).isEqualTo(207);
        assertThat(reply.string()).isEqualTo("{}");
        assertThat(reply.headers())
                .containsOnly(Map.entry("Link", "<a>, <b>"), Map.entry("Content-Type", "application/json"));
    }

    @Test
    void theFileOfAFormIsTheBodyAndWhatTheClientNamedMovesNothing() {
        // Given
        steps.put("/form", exchange -> exchange.getMessage()
                .setBody(exchange.getVariable("filename") + " " + exchange.getVariable("form") + " "
                        + exchange.getMessage().getHeader(Exchange.FILE_NAME) + " "
                        + exchange.getMessage().getBody(String.class)));

        // When
        JobId job = client.send(
                Method.POST, "/form", Map.of(), "a.txt", "text/plain", "abc".getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(client.reply(job).string()).isEqualTo("a.txt {} null abc");
    }

    @Test
    void bodiesOfAllKindsAreAnswersAndTheRequestsOwnIsOne() throws IOException {
        // Given
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        File file = Files.write(directory.resolve("f"), body).toFile();
        AtomicBoolean closed = new AtomicBoolean();
        steps.put("/echo", exchange -> {});
        steps.put("/file", exchange -> exchange.getMessage().setBody(file));
        steps.put("/path", exchange -> exchange.getMessage().setBody(file.toPath()));
        steps.put("/nothing", exchange -> exchange.getMessage().setBody(null));
        steps.put("/stream", exchange -> exchange.getMessage().setBody(new InputStream() {
            private int left = 100_000_000;

            @Override
            public int read() {
                return left-- > 0 ? 7 : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int count = Math.min(left, length);
                left -= count;
                return count == 0 ? -1 : count;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        }));

        // Then
        assertThat(client.reply(post("/echo", body)).body()).isEqualTo(body);
        assertThat(client.reply(post("/file")).body()).isEqualTo(body);
        assertThat(client.reply(post("/path")).totalBytes()).isEqualTo(body.length);
        assertThat(client.reply(post("/nothing")).body()).isEmpty();
        assertThat(client.reply(post("/stream")).body()).hasSize(100_000_000);
        assertThat(closed).isTrue();
    }

    @Test
    void aFailureIsToldInTheTermsOfACallAndRepeatedAsOne() {
        // Given
        steps.put("/broken", exchange -> {
            throw new IllegalStateException("no stock");
        });
        steps.put("/unreachable", exchange -> {
            throw new ConnectException("Connection refused");
        });
        steps.put("/number", exchange -> exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 999));
        steps.put("/object", exchange -> exchange.getMessage().setBody(new Object()));
        steps.put("/interrupted", exchange -> exchange.getMessage().setBody(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk gone");
            }
        }));

        // Then
        assertThat(client.error(post("/broken")).code()).isEqualTo("API_BROKEN");
        assertThat(calls).hasValue(1);
        assertThat(client.error(client.get("/broken")).code()).isEqualTo("API_BROKEN");
        assertThat(calls).as("a GET is repeated").hasValue(4);
        assertThat(client.error(post("/unreachable")).code()).isEqualTo("API_UNREACHABLE");
        assertThat(calls).as("what was not reached is repeated").hasValue(7);
        assertThat(client.error(post("/number")).code()).isEqualTo("API_ANSWER_INVALID");
        assertThat(client.error(post("/object")).code()).isEqualTo("API_ANSWER_INVALID");
        assertThat(client.error(post("/interrupted")).code()).isEqualTo("ANSWER_INTERRUPTED");
    }

    @Test
    void aStepThatHangsIsInterruptedWhenTheTimeIsOverOrTheJobIsCancelled() throws Exception {
        // Given
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        steps.put("/hang", exchange -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
        });
        steps.put("/x", exchange -> exchange.getMessage().setBody("ok"));

        // When
        JobId slow = JobId.random();
        client.start(RequestStart.builder(slow, 0, Method.POST, "/hang")
                .timeoutSeconds(2)
                .build());
        JobId unwanted = JobId.random();
        client.start(RequestStart.builder(unwanted, 0, Method.POST, "/hang").build());
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        client.raw(unwanted, new MessageWriter().write(new RequestCancel(unwanted)));

        // Then
        assertThat(client.error(unwanted).code()).isEqualTo("CANCELLED");
        assertThat(client.error(slow).code()).isEqualTo("API_TIMEOUT");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 20; i++) { // no caller's thread is left interrupted
            assertThat(client.reply(post("/x")).string()).isEqualTo("ok");
        }
    }
}
