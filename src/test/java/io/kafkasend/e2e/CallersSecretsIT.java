package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is its callers' own the gateway neither sends nor keeps, though the portal would pass it; and it says so. */
@Timeout(60)
class CallersSecretsIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String MARK = "d41d8cd98f00b204";

    @TempDir
    static Path directory;

    private static Path uploads;
    private static GatewayApi api;
    private static GatewayGround ground;
    private static Gateway known;
    private static Gateway open;

    @BeforeAll
    static void startAll() throws Exception {
        uploads = Files.createDirectory(directory.resolve("uploads"));
        Path callers = Files.writeString(directory.resolve("callers"), "alice token=" + sha256(MARK) + "\n");
        api = new GatewayApi();
        ground = new GatewayGround(api.url(), "Content-Type,Accept,X-Api-Key,X-Session");
        known = ground.gateway(Map.of(
                "kafkasend.gateway-reply-topic",
                GatewayGround.REPLY_TOPIC,
                "kafkasend.gateway-callers",
                callers.toString(),
                "kafkasend.gateway-uploads-directory",
                uploads.toString(),
                "kafkasend.gateway-secret-headers",
                "x-api-key, X-Session"));
        open = ground.gateway();
    }

    @AfterAll
    static void stopAll() {
        ground.close();
        api.close();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static HttpRequest.Builder request(Gateway at, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + at.address().getPort() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + MARK)
                .header("Accept", "text/plain");
    }

    private static HttpRequest.Builder secret(String path) {
        return request(known, path)
                .header("X-API-Key", MARK)
                .header("X-Session", MARK)
                .header("Cookie", "session=" + MARK);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static List<String> dropped(HttpResponse<?> answer) {
        return answer.headers().allValues("KafkaSend-Dropped").stream()
                .flatMap(value -> Stream.of(value.split(", ")))
                .toList();
    }

    private static void assertThatNobodyButTheGatewayHasSeenThem(String path) throws IOException {
        assertThat(api.seen(path)).isNotEmpty().allSatisfy(seen -> assertThat(seen.headers())
                .containsKey("Accept")
                .doesNotContainKeys("X-api-key", "X-session", "Cookie", "Authorization", "Proxy-authorization"));
        List<ConsumerRecord<byte[], byte[]>> records = AllRecords.of(ground.broker());
        assertThat(records).isNotEmpty();
        for (ConsumerRecord<byte[], byte[]> each : records) {
            List<byte[]> parts = new ArrayList<>();
            parts.add(each.key());
            parts.add(each.value());
            each.headers().forEach(header -> parts.add(header.value()));
            parts.removeIf(part -> part == null);
            assertThat(parts).as(each.topic()).noneSatisfy(part -> assertThat(
                            new String(part, StandardCharsets.ISO_8859_1))
                    .contains(MARK));
        }
    }

    @Test
    void secretsStayOutOfKafkaAndAreNamedToTheirCaller() throws Exception {
        // When
        HttpResponse<String> answer = send(secret("/api/v1/secrets/one").header("X-Tenant", "1"));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(dropped(answer)) // by the gateway, and by the portal; but for what the gateway itself asks for
                .contains("Cookie", "X-API-Key", "X-Session", "X-Tenant")
                .doesNotContain("Authorization", "Accept", "Host", "Connection")
                .doesNotHaveDuplicates();
        assertThatNobodyButTheGatewayHasSeenThem("/secrets/one");
    }

    @Test
    void whoIsAnsweredLaterHearsOfThemAtOnce() throws Exception {
        // When
        HttpResponse<String> accepted = send(secret("/api/v1/secrets/later").header("Prefer", "respond-async"));
        String place = accepted.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> answer = send(request(known, place).header("Prefer", "wait=20"));

        // Then
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(dropped(accepted)).containsExactly("Cookie", "X-API-Key", "X-Session");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatNobodyButTheGatewayHasSeenThem("/secrets/later");
    }

    @Test
    void anUploadInPartsKeepsNone() throws Exception {
        // Given
        HttpResponse<String> begun = send(
                secret("/api/v1/secrets/upload").header("Upload-Complete", "?0").POST(BodyPublishers.ofString("hel")));
        assertThat(begun.statusCode()).isEqualTo(201);
        String place = begun.headers().firstValue("Location").orElseThrow();
        List<String> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(uploads)) {
            for (Path file : files.toList()) {
                kept.add(Files.readString(file));
            }
        }

        // When
        HttpResponse<String> answer = send(request(known, place)
                .header("Upload-Complete", "?1")
                .header("Upload-Offset", "3")
                .header("Content-Type", "application/partial-upload")
                .method("PATCH", BodyPublishers.ofString("lo")));

        // Then
        assertThat(dropped(begun)).containsExactly("Cookie", "X-API-Key", "X-Session");
        assertThat(kept)
                .anySatisfy(text -> assertThat(text).contains("/api/v1/secrets/upload", "Accept"))
                .noneSatisfy(text -> assertThat(text).contains(MARK));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatNobodyButTheGatewayHasSeenThem("/secrets/upload");
    }

    @Test
    void aTokenThatWasMeantForTheApiIsNamed() throws Exception {
        // When, at a gateway that asks for none
        HttpResponse<String> answer = send(request(open, "/api/v1/secrets/token")
                .header("Forwarded", "for=192.0.2.1")
                .header("KafkaSend-Job", "1"));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(dropped(answer)).contains("Authorization", "Forwarded", "KafkaSend-Job");
        assertThatNobodyButTheGatewayHasSeenThem("/secrets/token");
    }

    @Test
    void aProblemNamesNoneSinceNothingReachedTheApi() throws Exception {
        HttpResponse<String> answer = send(secret("/elsewhere"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(dropped(answer)).isEmpty();
    }
}
