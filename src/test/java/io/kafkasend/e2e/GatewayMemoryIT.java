package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.dev.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 5 GiB each way through a gateway of a small heap; the figures are printed. {@code -Dgateway.mib=} has other sizes. */
@Tag("long")
@Timeout(1200)
class GatewayMemoryIT {
    private static final long BYTES = Long.getLong("gateway.mib", 5 << 10) << 20;
    private static final long MOST_MEMORY = 640L << 20;

    @TempDir
    Path directory;

    /** So many bytes that are not all alike. */
    private static final class Content extends InputStream {
        private final byte[] block = GatewayApi.random(1 << 20);
        private long at;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (at == BYTES) {
                return -1;
            }
            int from = (int) (at % block.length);
            int bytes = (int) Math.min(Math.min(length, block.length - from), BYTES - at);
            System.arraycopy(block, from, to, offset, bytes);
            at += bytes;
            return bytes;
        }
    }

    /** The length and checksum of what comes. */
    private static String sum(InputStream in) throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = in.read(buffer)) >= 0; bytes += read) {
            crc.update(buffer, 0, read);
        }
        return bytes + " " + crc.getValue();
    }

    private CommandProcess start(String command, String ready, EmbeddedBroker broker, Map<String, String> more)
            throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        CommandProcess process = CommandProcess.startCompiled(directory, "256m", environment, command);
        process.awaitLog(ready);
        return process;
    }

    @Test
    void fiveGibibytesBothWaysNeedLittleMemory() throws Exception {
        // Given
        String expected = sum(new Content());
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(threads);
        api.createContext("/api/v1/", exchange -> {
            try (exchange) {
                boolean upload = exchange.getRequestMethod().equals("PUT");
                byte[] answer = sum(exchange.getRequestBody()).getBytes();
                exchange.sendResponseHeaders(200, upload ? answer.length : BYTES);
                try (OutputStream out = exchange.getResponseBody()) {
                    if (upload) {
                        out.write(answer);
                    } else {
                        new Content().transferTo(out);
                    }
                }
            }
        });
        api.start();
        try (EmbeddedBroker broker = EmbeddedBroker.start(0, Map.of("log.retention.bytes", "-1"))) {
            for (String topic : List.of("api-requests", "api-responses", "gateway")) {
                broker.createTopic(topic, 1);
            }
            try (CommandProcess portal = start(
                            "portal",
                            "the portal is up",
                            broker,
                            Map.of(
                                    "PORTAL_TARGET_API_URL",
                                    "http://127.0.0.1:" + api.getAddress().getPort(),
                                    "PORTAL_ALLOWED_ENDPOINTS",
                                    "/api/v1/*",
                                    "PORTAL_REPLY_TOPICS",
                                    "gateway",
                                    "PORTAL_SPOOL_DIRECTORY",
                                    directory.toString(),
                                    "PORTAL_MANAGEMENT_PORT",
                                    "off",
                                    "PORTAL_WARM_UP_SECONDS",
                                    "0",
                                    "PORTAL_USE_OAUTH",
                                    "false"));
                    CommandProcess gateway = start(
                            "gateway",
                            "the gateway listens",
                            broker,
                            Map.of(
                                    "GATEWAY_REPLY_TOPIC",
                                    "gateway",
                                    "GATEWAY_MODERN_PORTALS",
                                    "true",
                                    "GATEWAY_PORT",
                                    "0",
                                    "GATEWAY_MANAGEMENT_PORT",
                                    "off"))) {
                Matcher url = Pattern.compile("http://127\\.0\\.0\\.1:\\d+").matcher(gateway.log());
                assertThat(url.find()).isTrue();
                URI uri = URI.create(url.group() + "/api/v1/large");
                HttpClient http = HttpClient.newHttpClient();

                // When
                long begin = System.nanoTime();
                HttpResponse<String> upload;
                try {
                    upload = http.send(
                            HttpRequest.newBuilder(uri)
                                    .PUT(BodyPublishers.fromPublisher(
                                            BodyPublishers.ofInputStream(Content::new), BYTES))
                                    .build(),
                            BodyHandlers.ofString());
                } catch (IOException e) {
                    throw new AssertionError(gateway.log() + portal.log(), e);
                }
                long between = System.nanoTime();
                long memory = gateway.peakMemory();
                HttpResponse<InputStream> download =
                        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
                String downloaded = sum(download.body());
                long end = System.nanoTime();

                // Then
                System.out.printf(
                        "gateway, %,d MiB, -Xmx256m: up %.0f s, down %.0f s; most memory %d MiB, then %d MiB%n",
                        BYTES >> 20,
                        (between - begin) / 1e9,
                        (end - between) / 1e9,
                        memory >> 20,
                        gateway.peakMemory() >> 20);
                assertThat(upload.body()).isEqualTo(expected);
                assertThat(downloaded).isEqualTo(expected);
                assertThat(gateway.peakMemory()).isLessThan(MOST_MEMORY);
                assertThat(portal.running()).isTrue();
            }
        } finally {
            api.stop(0);
            threads.shutdownNow();
            threads.awaitTermination(10, TimeUnit.SECONDS);
        }
    }
}
