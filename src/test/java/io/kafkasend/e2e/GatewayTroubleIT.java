package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slow readers, portals that tell nothing, a disk that is full. */
@Timeout(120)
class GatewayTroubleIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final int SLOW_READERS = 8;
    private static final int ANSWER_BYTES = 12_000_000;

    private static GatewayApi api;
    private static GatewayGround ground;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        api = new GatewayApi();
        ground = new GatewayGround(api.url(), "Content-Type,Accept");
    }

    @AfterAll
    static void stop() throws Exception {
        ground.close();
        api.close();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static Socket send(Gateway gateway, String head) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.address().getPort());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void readersThatTakeNothingHoldUpNobody() throws Exception {
        // Given
        Gateway gateway = ground.gateway();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_READERS; i++) {
                Socket socket = send(
                        gateway,
                        "GET /api/v1/bytes?" + ANSWER_BYTES
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                slow.add(socket);
                assertThat(socket.getInputStream().readNBytes(13)).asString().isEqualTo("HTTP/1.1 200 ");
            }

            // When
            HttpResponse<byte[]> small = HTTP.send(
                    HttpRequest.newBuilder(uri(gateway.address().getPort(), "/api/v1/bytes?1000"))
                            .build(),
                    BodyHandlers.ofByteArray());
            HttpResponse<byte[]> large = HTTP.send(
                    HttpRequest.newBuilder(uri(gateway.address().getPort(), "/api/v1/bytes?" + ANSWER_BYTES))
                            .build(),
                    BodyHandlers.ofByteArray());

            // Then
            assertThat(small.body()).isEqualTo(GatewayApi.random(1000));
            assertThat(large.body()).isEqualTo(GatewayApi.random(ANSWER_BYTES));
            for (Socket socket : slow) {
                byte[] all = socket.getInputStream().readAllBytes();
                assertThat(Arrays.copyOfRange(all, all.length - ANSWER_BYTES, all.length))
                        .isEqualTo(GatewayApi.random(ANSWER_BYTES));
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** A key's body is there before START is, so nothing can be told of it that early; which says nothing of the portals. */
    @Test
    void aRefusedUploadUnderAKeyIsAskedForAndTheNextWithoutCostsNoBody() throws Exception {
        // Given
        Gateway gateway = ground.gateway();
        byte[] content = GatewayApi.random(9_000_000);
        String head = "PUT /elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length
                + "\r\nExpect: 100-continue\r\nConnection: close\r\n";
        try (Socket keyed = send(gateway, head + "Idempotency-Key: one\r\n\r\n")) {
            assertThat(keyed.getInputStream().readNBytes(25)).asString().isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            keyed.getOutputStream().write(content);
            assertThat(keyed.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 403 ");
        }

        // When
        try (Socket plain = send(gateway, head + "\r\n")) {
            // Then
            assertThat(plain.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 403 ");
        }
    }

    /** On the portals' own topic one tells no client of STATUS, as one of before does not at all. */
    @Test
    void whereAPortalTellsNothingBodiesAreAskedForAllTheSame() throws Exception {
        // Given
        Gateway gateway = ground.gateway(Map.of());
        byte[] content = GatewayApi.random(9_000_000);

        for (int i = 0; i < 3; i++) {
            try (Socket socket = send(
                    gateway,
                    "PUT /api/v1/upload/old" + i + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length
                            + "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")) {
                // When
                InputStream in = socket.getInputStream();
                assertThat(in.readNBytes(25)).asString().isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                socket.getOutputStream().write(content);

                // Then
                assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 200 ");
                assertThat(api.seen("/upload/old" + i).get(0).bytes()).isEqualTo(content.length);
            }
        }
    }

    @Test
    void aDiskThatIsFullIsNoFaultOfTheCaller() throws Exception {
        // Given
        try (CommandProcess gateway = CommandProcess.startOnSmallDisk(
                directory,
                1024,
                "256m",
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        ground.broker().bootstrapServers(),
                        "KAFKA_REQUEST_TOPIC",
                        "requests",
                        "KAFKA_RESPONSE_TOPIC",
                        "responses",
                        "GATEWAY_PORT",
                        "0",
                        "GATEWAY_MANAGEMENT_PORT",
                        "off"),
                "gateway")) {
            gateway.awaitLog("the gateway listens");
            Matcher port = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)").matcher(gateway.log());
            assertThat(port.find()).isTrue();
            byte[] content = GatewayApi.random(3_000_000);

            // When
            HttpResponse<String> kept = HTTP.send(
                    HttpRequest.newBuilder(uri(Integer.parseInt(port.group(1)), "/api/v1/upload/kept"))
                            .timeout(Duration.ofSeconds(30))
                            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)))
                            .build(),
                    BodyHandlers.ofString());
            HttpResponse<String> passed = HTTP.send(
                    HttpRequest.newBuilder(uri(Integer.parseInt(port.group(1)), "/api/v1/upload/passed"))
                            .timeout(Duration.ofSeconds(30))
                            .PUT(BodyPublishers.ofByteArray(content))
                            .build(),
                    BodyHandlers.ofString());

            // Then
            assertThat(kept.statusCode()).isEqualTo(507);
            assertThat(kept.headers().firstValue("KafkaSend-Error")).contains("KEEPING_FAILED");
            assertThat(api.seen("/upload/kept")).isEmpty();
            assertThat(passed.statusCode()).isEqualTo(200);
            assertThat(gateway.log()).contains("a request's body cannot be kept");
        }
    }

    @Test
    void anUploadThatFindsTheDiskFullStaysAsItIsAndHurtsNoOther() throws Exception {
        // Given
        Path uploads = Files.createDirectory(directory.resolve("uploads"));
        try (CommandProcess gateway = CommandProcess.startOnSmallDisk(
                directory,
                1024,
                "256m",
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        ground.broker().bootstrapServers(),
                        "KAFKA_REQUEST_TOPIC",
                        "requests",
                        "KAFKA_RESPONSE_TOPIC",
                        "responses",
                        "GATEWAY_UPLOADS_DIRECTORY",
                        uploads.toString(),
                        "GATEWAY_PORT",
                        "0",
                        "GATEWAY_MANAGEMENT_PORT",
                        "off"),
                "gateway")) {
            gateway.awaitLog("the gateway listens");
            Matcher listens = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)").matcher(gateway.log());
            assertThat(listens.find()).isTrue();
            int port = Integer.parseInt(listens.group(1));
            byte[] content = GatewayApi.random(1_500_000);

            // When
            HttpResponse<String> begun = part(port, "POST", "/api/v1/upload/large", "?0", -1, content, 900_000);
            String large = begun.headers().firstValue("Location").orElseThrow();
            HttpResponse<String> full =
                    part(port, "PATCH", large, "?1", 900_000, Arrays.copyOfRange(content, 900_000, 1_500_000), 600_000);
            HttpResponse<String> asked = HTTP.send(
                    HttpRequest.newBuilder(uri(port, large))
                            .method("HEAD", BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            HttpResponse<String> other = part(port, "POST", "/api/v1/upload/other", "?0", -1, content, 1_000);
            String place = other.headers().firstValue("Location").orElseThrow();
            HttpResponse<String> ended = part(port, "PATCH", place, "?1", 1_000, content, 500);

            // Then
            assertThat(begun.statusCode()).isEqualTo(201);
            assertThat(full.statusCode()).isEqualTo(507);
            assertThat(full.headers().firstValue("KafkaSend-Error")).contains("KEEPING_FAILED");
            assertThat(full.body()).doesNotContain(uploads.toString());
            assertThat(asked.headers().firstValue("Upload-Complete")).contains("?0");
            assertThat(asked.headers().firstValueAsLong("Upload-Offset").orElseThrow())
                    .isBetween(900_000L, 1L << 20);
            assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
            assertThat(api.seen("/upload/other").get(0).bytes()).isEqualTo(1_500);
            assertThat(api.seen("/upload/large")).isEmpty();
            assertThat(gateway.log()).contains("an upload cannot be kept");
        }
    }

    /** A part of so many bytes of an upload, which begins or goes on at this offset. */
    private static HttpResponse<String> part(
            int port, String method, String path, String complete, long offset, byte[] content, int bytes)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(port, path))
                .timeout(Duration.ofSeconds(60))
                .method(method, BodyPublishers.ofByteArray(content, 0, bytes))
                .header("Upload-Complete", complete)
                .header("Content-Type", offset < 0 ? "application/octet-stream" : "application/partial-upload");
        if (offset >= 0) {
            request.header("Upload-Offset", Long.toString(offset));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
