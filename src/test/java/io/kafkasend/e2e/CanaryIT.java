package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run with a mark in everything that is secret or hostile, and a search for the marks in all that comes out: the
 * portal's standard output and error at DEBUG, every record of every topic, and every attribute of JMX.
 */
class CanaryIT {
    private static final String SECRET = "canary-client-secret";
    private static final String TOKEN = "canary-access-token-";
    private static final String API_PATH = "canary-internal-base";
    private static final String API_ONLY = "canary-api-only";
    private static final String CLIENT_ONLY = "canary-client-header";
    private static final String BODY = "canary-request-body";
    private static final String ANSWER_BODY = "canary-answer-body";
    private static final String TOKEN_SERVER_WORDS = "canary-token-server-words";

    /** Each would begin a line of its own, or paint one, if it came through. */
    private static final String FORGERY =
            "\r\n2026-01-01T00:00:00.000Z WARN  [forged] kafkasend.security forged\u001b[2J\u2028\u202e\" forged=\"yes";

    /** What may stand in no log, topic or attribute. */
    private static final List<String> NOWHERE = List.of(SECRET, TOKEN, API_ONLY, TOKEN_SERVER_WORDS, CLIENT_ONLY);

    /** The client's own are in the topics, since the client writes them there. */
    private static final List<String> IN_NO_LOG = List.of(BODY, ANSWER_BODY);

    @Test
    void noSecretComesOutAndNoInputForgesALine(@TempDir Path directory) throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        AtomicInteger phase = new AtomicInteger();
        HttpServer tokenServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tokenServer.createContext("/token", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean refuses = phase.get() == 1;
            String body = refuses
                    ? "{\"error\":\"invalid_client\",\"error_description\":\"" + TOKEN_SERVER_WORDS + "\\r\\nforged\"}"
                    : "{\"access_token\":\"" + TOKEN + tokens.incrementAndGet()
                            + "\",\"token_type\":\"Bearer\",\"expires_in\":300}";
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("X-Words", TOKEN_SERVER_WORDS);
            exchange.sendResponseHeaders(refuses ? 401 : 200, body.length());
            exchange.getResponseBody().write(body.getBytes(US_ASCII));
            exchange.close();
        });
        tokenServer.start();
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                ScriptedApi api = ScriptedApi.start((head, socket, out) -> {
                    if (head.contains("/broken")) {
                        out.write(("HTTP/1.1 200 OK\r\n" + API_ONLY + "\u001b[31m without a colon\r\n\r\n")
                                .getBytes(ISO_8859_1));
                    } else if (head.contains("/garbage")) {
                        out.write((API_ONLY + "\u001b[31m\r\n\r\n").getBytes(ISO_8859_1));
                    } else if (head.contains("/cut")) {
                        out.write(("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + ANSWER_BODY).getBytes(US_ASCII));
                    } else if (head.contains("/unauthorised")) {
                        out.write(("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"" + API_ONLY
                                        + "\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(US_ASCII));
                    } else {
                        out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nSet-Cookie: s=" + API_ONLY
                                        + "\r\nX-Internal: " + API_ONLY + "\r\nContent-Length: "
                                        + ANSWER_BODY.length() + "\r\nConnection: close\r\n\r\n" + ANSWER_BODY)
                                .getBytes(US_ASCII));
                    }
                })) {
            // Given
            for (String topic : List.of("api-requests", "api-responses", "api-dead-letters")) {
                broker.createTopic(topic, 1);
            }
            Map<String, String> environment = new HashMap<>();
            environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            environment.put("PORTAL_TARGET_API_URL", api.url() + "/" + API_PATH);
            environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/*");
            environment.put("PORTAL_STRICT_SECURITY", "false");
            environment.put("PORTAL_RETRY_MAX_ATTEMPTS", "1");
            environment.put("PORTAL_LOG_LEVEL", "DEBUG");
            environment.put("CLIENT_LOG_LEVEL", "DEBUG");
            environment.put(
                    "OAUTH2_TOKEN_URL",
                    "http://127.0.0.1:" + tokenServer.getAddress().getPort() + "/token");
            environment.put("OAUTH2_CLIENT_ID", "portal");
            environment.put("OAUTH2_CLIENT_SECRET", SECRET);
            // The log as it is shipped, not that of the tests.
            environment.put(
                    "JAVA_TOOL_OPTIONS",
                    "-Dlogback.configurationFile=io/kafkasend/cli/logback.xml -Dfile.encoding=UTF-8");
            try (CommandProcess portal = CommandProcess.start(directory, "256m", environment, "portal");
                    WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
                portal.awaitLog("the portal is up");

                // When: everything that can happen to a request, with marks and forgeries in every field
                Map<String, String> headers = new HashMap<>();
                headers.put("Authorization", "Bearer " + CLIENT_ONLY);
                headers.put("Cookie", "s=" + CLIENT_ONLY);
                headers.put("X-Evil" + FORGERY, CLIENT_ONLY);
                headers.put("Accept", "text/plain" + FORGERY);
                List<JobId> jobs = new ArrayList<>();
                for (String endpoint : List.of(
                        "/api/ok",
                        "/api/broken",
                        "/api/garbage",
                        "/api/cut",
                        "/api/unauthorised",
                        "/api/x?url=http://169.254.169.254/",
                        "/off/the/list",
                        "/api/" + FORGERY,
                        "/api/%0d%0aforged")) {
                    jobs.add(client.send(
                            Method.POST, endpoint, headers, "a.txt", "text/plain", BODY.getBytes(US_ASCII)));
                }
                jobs.add(client.send(
                        Method.POST, "/api/ok", headers, "a" + FORGERY, "text/plain", BODY.getBytes(US_ASCII)));
                jobs.add(client.send(
                        Method.POST, "/api/ok", headers, "a.txt", "text/plain" + FORGERY, BODY.getBytes(US_ASCII)));
                JobId own = JobId.random();
                ProducerRecord<byte[], byte[]> foreign = new ProducerRecord<>(
                        "api-requests", ("not a job" + FORGERY).getBytes(UTF_8), ("{" + FORGERY).getBytes(UTF_8));
                foreign.headers().add("forged" + FORGERY, FORGERY.getBytes(UTF_8));
                client.record(foreign);
                client.raw(
                        own,
                        ("{\"job_id\":\"" + own + "\",\"message_type\":\"a\\r\\nforged\",\"method\":\"\\u001b[2J\"}")
                                .getBytes(UTF_8));
                jobs.add(own);
                await(client, jobs);
                phase.set(1); // the token that the API refused is gone, and the server gives no other
                await(client, List.of(client.get("/api/unauthorised")));
                JobId last = client.get("/api/unauthorised");
                await(client, List.of(last));
                List<String> attributes = portal.jmxAttributes();

                // Then
                String log = portal.log() + portal.out();
                assertThat(log)
                        .contains("request_refused", "request_suspicious", "message_rejected", "headers_dropped");
                NOWHERE.forEach(mark -> assertThat(log).doesNotContain(mark));
                IN_NO_LOG.forEach(mark -> assertThat(log).doesNotContain(mark));
                assertNothingForged(log);
                assertThat(attributes).hasSizeGreaterThan(100);
                for (String attribute : attributes) {
                    NOWHERE.stream().filter(mark -> !mark.equals(CLIENT_ONLY)).forEach(mark -> assertThat(attribute)
                            .doesNotContain(mark));
                }
                List<ConsumerRecord<byte[], byte[]>> records = AllRecords.of(broker);
                assertThat(records).extracting(ConsumerRecord::topic).contains("api-responses", "api-dead-letters");
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    boolean clients = record.topic().equals("api-requests");
                    assertThat(text(record)).doesNotContain(API_PATH); // the operator's log may have it
                    NOWHERE.stream()
                            .filter(mark -> !clients || !mark.equals(CLIENT_ONLY))
                            .forEach(mark -> assertThat(text(record)).doesNotContain(mark));
                    if (record.topic().equals("api-responses")) {
                        assertThat(record.headers()).isEmpty();
                        assertThat(text(record)).doesNotContain("127.0.0.1", "Exception", "io.kafkasend", "/api/*");
                    }
                }
            }
        } finally {
            tokenServer.stop(0);
        }
    }

    private static void await(WireClient client, List<JobId> jobs) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> jobs.stream()
                .allMatch(job -> WireClient.ended(client.messages(job))));
    }

    /** Every line is an event with its time, or of a stack trace; nothing moves a cursor or turns text. */
    private static void assertNothingForged(String log) {
        assertThat(log.lines().filter(line -> !line.startsWith("\t") && !line.startsWith("Picked up ")))
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ (?:TRACE|DEBUG|INFO |WARN |ERROR) \\[.*"))
                .noneMatch(line -> line.startsWith("2026-01-01T00:00:00.000Z"));
        assertThat(log).doesNotContain("\u001b", "\u2028", "\u202e", "\u0000", " forged=\"yes");
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder();
        text.append(record.key() == null ? "" : new String(record.key(), UTF_8)).append('\n');
        text.append(record.value() == null ? "" : new String(record.value(), UTF_8))
                .append('\n');
        for (Header header : record.headers()) {
            text.append(header.key())
                    .append(": ")
                    .append(new String(header.value(), UTF_8))
                    .append('\n');
        }
        return text.toString();
    }
}
