package io.kafkasend.bench.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.bench.result.BenchmarkException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/** The sample API, called directly with a token of its server. Thread-safe. */
public final class SampleService {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI api;
    private final URI tokens;
    private final String credentials;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    SampleService(URI api, URI tokens, String clientId, String secret) {
        this.api = api;
        this.tokens = tokens;
        this.credentials =
                Base64.getEncoder().encodeToString((clientId + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** A new token, good for some minutes. */
    public String token() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(tokens)
                        .header("Authorization", "Basic " + credentials)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                BodyHandlers.ofString());
        return JSON.readTree(checked(answer).body()).required("access_token").textValue();
    }

    /** How many calls hang. */
    int hanging() throws IOException, InterruptedException {
        return get("/api/v1/hang/count").required("hanging").intValue();
    }

    /** How many calls came under an idempotency key that was there before; see {@link io.kafkasend.dev.SampleApi}. */
    public long repeatedCalls() throws IOException, InterruptedException {
        return get("/api/v1/calls").required("repeated").longValue();
    }

    /** Lets all calls go that hang. */
    public void release() throws IOException, InterruptedException {
        checked(http.send(
                request("/api/v1/hang/release", token())
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding()));
    }

    /** Sends a body. */
    public void upload(String endpoint, String token, byte[] body) throws IOException, InterruptedException {
        BodyPublisher publisher = BodyPublishers.ofByteArray(body);
        checked(http.send(request(endpoint, token).POST(publisher).build(), BodyHandlers.discarding()));
    }

    /** Gets a body, and drops it. */
    public void download(String endpoint, String token) throws IOException, InterruptedException {
        checked(http.send(request(endpoint, token).build(), BodyHandlers.discarding()));
    }

    /** Begins to read a body. */
    public InputStream open(String endpoint, String token) throws IOException, InterruptedException {
        return checked(http.send(request(endpoint, token).build(), BodyHandlers.ofInputStream()))
                .body();
    }

    /** Begins a GET. */
    public CompletableFuture<HttpResponse<byte[]>> begin(String endpoint, String token) {
        BodyHandler<byte[]> whole = BodyHandlers.ofByteArray();
        return http.sendAsync(request(endpoint, token).build(), whole).thenApply(SampleService::checked);
    }

    private JsonNode get(String endpoint) throws IOException, InterruptedException {
        return JSON.readTree(checked(http.send(request(endpoint, token()).build(), BodyHandlers.ofByteArray()))
                .body());
    }

    private HttpRequest.Builder request(String endpoint, String token) {
        return HttpRequest.newBuilder(api.resolve(endpoint)).header("Authorization", "Bearer " + token);
    }

    private static <T> HttpResponse<T> checked(HttpResponse<T> answer) {
        if (answer.statusCode() != 200) {
            throw new BenchmarkException("the sample API answered " + answer.statusCode() + " to "
                    + answer.request().uri().getPath());
        }
        return answer;
    }
}
