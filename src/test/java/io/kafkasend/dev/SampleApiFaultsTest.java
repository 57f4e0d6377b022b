package io.kafkasend.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample API misbehaves as it is asked to, and counts what is repeated. */
@Timeout(60)
class SampleApiFaultsTest {
    private final SampleApi api = SampleApi.open("127.0.0.1", 0, null);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "silent", "cut?size=100000"})
    void aCallForABrokenConnectionGetsOne(String fault) {
        assertThatThrownBy(() -> get("/api/v1/faulty/" + fault, null)).isInstanceOf(IOException.class);
        assertThat(api.calls()).isNotEmpty();
    }

    @Test
    void anOddAnswerHasAHeaderOfAMebibyte() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.getOutputStream()
                    .write("GET /api/v1/faulty/odd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(US_ASCII));

            // When
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);

            // Then
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("X-Odd: " + "x".repeat(1 << 20) + "\r\n");
        }
    }

    @Test
    void aCorruptDocumentHasOneWrongBit() throws Exception {
        // Given
        byte[] right = SampleApi.document("a", 1_001).readAllBytes();

        // When
        byte[] got = get("/api/v1/faulty/corrupt?name=a&size=1001", null).body();

        // Then
        int bits = 0;
        for (int i = 0; i < right.length; i++) {
            bits += Integer.bitCount((got[i] ^ right[i]) & 0xff);
        }
        assertThat(got).hasSameSizeAs(right);
        assertThat(bits).isEqualTo(1);
    }

    @Test
    void aFaultOfAnotherNameIsABadRequest() throws Exception {
        assertThat(get("/api/v1/faulty/nonsense", null).statusCode()).isEqualTo(400);
    }

    @Test
    void callsUnderAKeyThatWasThereBeforeAreCountedButForThoseThatAreToFail() throws Exception {
        // Given
        get("/api/v1/status", "a");
        get("/api/v1/status", "b");
        get("/api/v1/status", "a");
        get("/api/v1/status", null);
        get("/api/v1/status/503", "c");
        get("/api/v1/status/503", "c");

        // When
        String counts = new String(get("/api/v1/calls", null).body(), US_ASCII);

        // Then: the question itself counts only once it is answered
        assertThat(counts).isEqualTo("{\"calls\":4,\"repeated\":1}");
    }

    private HttpResponse<byte[]> get(String path, String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + path));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }
}
