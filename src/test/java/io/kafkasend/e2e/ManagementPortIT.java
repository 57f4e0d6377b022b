package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.observe.ManagementServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The management port of portals that have a broker: what it serves, to whom, and how little it costs. */
@Timeout(240)
class ManagementPortIT {
    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static Portal portal(String group, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                "kafkasend.consumer-group", group,
                "kafkasend.target-api-url", "http://127.0.0.1:1",
                "kafkasend.use-oauth", "false",
                "kafkasend.management-port", "0"));
        all.putAll(settings);
        return Portal.start(all);
    }

    @Test
    void aPortalThatReadsIsReadyAndLive() throws Exception {
        try (Portal portal = portal("ready", Map.of())) {
            ManagementClient management = ManagementClient.of(portal);

            // When
            await().until(management::isReady);

            // Then
            assertThat(management.isLive()).isTrue();
            assertThat(management.send("GET", "/observe/health/live").body())
                    .contains("kafkasend-poll-thread")
                    .doesNotContain("context");
            HttpResponse<String> all = management.send("GET", "/observe/health");
            assertThat(all.statusCode()).isEqualTo(200);
            assertThat(new ObjectMapper().readTree(all.body()).get("status").asText())
                    .isEqualTo("UP");
            assertThat(management
                            .check("/observe/health", "kafkasend-reading")
                            .get("data")
                            .get("partitions")
                            .asInt())
                    .isEqualTo(1);
            assertThat(management
                            .check("/observe/health", "kafkasend-api")
                            .get("status")
                            .asText())
                    .isEqualTo("UNKNOWN");
            assertThat(management
                            .check("/observe/health", "route:receive")
                            .get("status")
                            .asText())
                    .isEqualTo("UP");
            assertThat(all.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(all.headers().firstValue("Content-Type")).hasValue("application/json; charset=UTF-8");
        }
    }

    @Test
    void itServesGetAndHeadOfItsOwnPathsOnly() throws Exception {
        try (Portal portal = portal("paths", Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(management::isReady);

            // When
            HttpResponse<String> head = management.send("HEAD", "/observe/health/live");
            HttpResponse<String> unknown = management.send("GET", "/observe/../etc/passwd");
            HttpResponse<String> post = management.send("POST", "/observe/health");
            HttpResponse<String> query = management.send("GET", "/observe/health/live?x=%00");

            // Then
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow())
                    .isPositive();
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).isEqualTo("not found\n");
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.body()).isEqualTo("GET and HEAD only\n");
            assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
            assertThat(query.statusCode()).isEqualTo(200);
            assertThat(List.of(head, unknown, post))
                    .allSatisfy(answer -> assertThat(answer.headers().firstValue("Cache-Control"))
                            .hasValue("no-store"));
        }
    }

    @Test
    void aWebPageCannotAskItUnderANameOfItsOwn() throws Exception {
        try (Portal portal = portal("names", Map.of())) {
            // When
            String rebound = raw(portal, "GET /observe/health HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            String local = raw(portal, "GET /observe/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

            // Then
            assertThat(rebound).startsWith("HTTP/1.1 421 ").endsWith("not this host\n");
            assertThat(local).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void requestsWithoutMeasureAreCutOff() throws Exception {
        try (Portal portal = portal("measure", Map.of())) {
            // When
            String line = raw(portal, "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String headers = raw(portal, "GET / HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(1_000) + "\r\n");
            String noRequest = raw(portal, "\u0016\u0003\u0001 this is TLS, or no HTTP at all\r\n\r\n");

            // Then
            assertThat(List.of(line, headers, noRequest))
                    .allSatisfy(answer -> assertThat(answer).matches("(?s)|HTTP/1.1 [45].*"));
            assertThat(ManagementClient.of(portal).isLive()).isTrue();
        }
    }

    private static String raw(Portal portal, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ManagementClient.port(portal))) {
            socket.setSoTimeout(30_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                // Cut off in the middle.
            }
            return answer.toString(US_ASCII);
        }
    }

    @Test
    void clientsThatDawdleKeepNobodyWaiting() throws Exception {
        // Given
        List<Socket> slow = new ArrayList<>();
        try (Portal portal = portal("slow", Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(management::isReady);
            int threads = Thread.activeCount();
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), ManagementClient.port(portal));
                socket.getOutputStream().write("GET /observe/hea".getBytes(US_ASCII));
                slow.add(socket);
            }

            // When
            long begin = System.nanoTime();
            boolean ready = management.isReady();
            long millis = (System.nanoTime() - begin) / 1_000_000;

            // Then
            assertThat(ready).isTrue();
            assertThat(millis).isLessThan(3_000);
            assertThat(Thread.activeCount()).isLessThan(threads + 10);
            await().until(() -> slow.stream().allMatch(ManagementPortIT::isClosed));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Drips one more byte, which keeps no connection alive for long. */
    private static boolean isClosed(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void portalsOnOneHostHavePortsOfTheirOwnAndOneWithoutPartitionStandsBy() throws Exception {
        try (Portal one = portal("standby", Map.of());
                Portal two = portal("standby", Map.of())) {
            // When
            List<ManagementClient> both = List.of(ManagementClient.of(one), ManagementClient.of(two));
            for (ManagementClient management : both) {
                await().until(management::isReady);
            }

            // Then
            assertThat(ManagementClient.port(one)).isNotEqualTo(ManagementClient.port(two));
            await().untilAsserted(() -> assertThat(List.of(partitions(both.get(0)), partitions(both.get(1))))
                    .containsExactlyInAnyOrder(0, 1));
        }
    }

    private static int partitions(ManagementClient management) throws Exception {
        return management
                .check("/observe/health/ready", "kafkasend-reading")
                .get("data")
                .get("partitions")
                .asInt();
    }

    @Test
    void aPortalWhoseTopicIsMissingIsNotReadyUntilItIsThere() throws Exception {
        try (Portal portal = portal("missing", Map.of("kafkasend.request-topic", "later"))) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(() -> management.reason().equals("the request topic does not exist"));

            // When
            broker.createTopic("later", 1);

            // Then
            await().until(management::isReady);
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLineAndThePortalReads() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CapturedLog log = CapturedLog.begin("io.kafkasend.management.ManagementPort");
                Portal portal =
                        portal("taken", Map.of("kafkasend.management-port", String.valueOf(taken.getLocalPort())))) {
            // Then
            assertThat(portal.bean("management", ManagementServer.class).address())
                    .isEmpty();
            assertThat(log.lines()).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("the management port cannot be opened")
                    .contains("port=" + taken.getLocalPort(), "reason=Address already in use"));
            await().until(() -> portal.bean("kafka-clients", KafkaClients.class)
                    .pulse()
                    .now()
                    .assigned());
        }
    }

    @Test
    void offOpensNone() throws Exception {
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.management.ManagementPort");
                Portal portal = portal("off", Map.of("kafkasend.management-port", "off"))) {
            // Then
            assertThat(portal.bean("management", ManagementServer.class).address())
                    .isEmpty();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void itGoesWithItsPortal() throws Exception {
        // Given
        Portal portal = portal("gone", Map.of());
        int port = ManagementClient.port(portal);

        // When
        portal.close();

        // Then
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.isBound();
            } catch (IOException e) {
                return false;
            }
        });
    }
}
