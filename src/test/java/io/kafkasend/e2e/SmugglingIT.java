package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.gateway.Gateway;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the gateway judged, its access log says, with the job's id; what the API's parser read, comes with the same id as its
 * Idempotency-Key. Of whatever is written to the gateway's socket, the two are the same, request for request.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingIT {
    private static final int THREADS = 16;

    /** Those of which jobs came, once a gateway was asked: it refuses the others whatever is behind it. */
    private List<String> requests = AmbiguousRequests.all();

    /** As {@code method path bytes}, by job. */
    private static Map<String, String> judged(CapturedLog log) {
        Map<String, String> judged = new HashMap<>();
        for (String line : log.lines()) {
            if (line.startsWith("answered ") && line.contains(" job_id=") && !line.contains(" code=")) {
                judged.put(
                        field(line, "job_id"),
                        field(line, "method") + " " + field(line, "path") + " " + field(line, "received_bytes"));
            }
        }
        return judged;
    }

    private static String field(String line, String name) {
        return line.replaceFirst(".* " + name + "=(\\S+).*", "$1");
    }

    private static String read(ParserApi.Call call) {
        return call.method() + " " + call.uri().replaceFirst("\\?.*", "") + " " + call.bytes();
    }

    /**
     * Writes a request, and an innocent one after it; waits until the gateway has closed, or waits for more.
     *
     * @return whether a job came of them, as far as can be told
     */
    private static boolean write(Gateway gateway, String request, int number) {
        String next = "GET /api/v1/next?" + number + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(AmbiguousRequests.bytes(request + next));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answers.contains("KafkaSend-Job: ");
        } catch (SocketTimeoutException e) {
            return true; // it takes the next one for a part of this one's body, and waits for the rest
        } catch (IOException e) {
            return true; // reset: it did not read all of it
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasJudgedIsWhatTheApisParserRead(ParserApi.Kind kind) throws Exception {
        // Given
        List<String> asked = requests;
        try (ParserApi api = ParserApi.of(kind);
                CapturedLog log = CapturedLog.begin("io.kafkasend.gateway.Access");
                GatewayGround ground = new GatewayGround(api.url(), "Content-Type,X-Request-ID")) {
            Gateway gateway = ground.gateway();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                // When
                List<Future<Boolean>> written = IntStream.range(0, asked.size())
                        .mapToObj(i -> threads.submit(() -> write(gateway, asked.get(i), i)))
                        .toList();
                List<String> taken = new ArrayList<>();
                for (int i = 0; i < asked.size(); i++) {
                    if (written.get(i).get()) {
                        taken.add(asked.get(i));
                    }
                }
                requests = taken;
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> judged(log).size() == api.calls().size());

                // Then
                Map<String, String> judged = judged(log);
                assertThat(api.calls()).hasSizeGreaterThan(300).allSatisfy(call -> {
                    assertThat(call.uri()).startsWith("/api/v1/");
                    assertThat(read(call)).isEqualTo(judged.get(call.job()));
                });
                System.out.printf(
                        "%s: %,d ambiguous requests, %,d calls, each as it was judged%n",
                        kind, asked.size(), api.calls().size());
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
