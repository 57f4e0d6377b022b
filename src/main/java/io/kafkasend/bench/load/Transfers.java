package io.kafkasend.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Bodies through KafkaSend, in seconds. Immutable.
 *
 * @param client sends
 * @param form how the bodies travel
 */
public record Transfers(KafkaSendClient client, WireForm form) {
    /** Takes a body, and says when its last byte came. */
    public static final String UPLOAD = "/api/v1/discard";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a body of so many bytes is to be had. */
    public static String download(WireForm form, int bytes) {
        return "/api/v1/bulk?size=" + bytes + "&content=" + form.content().queryName();
    }

    /**
     * One upload: {@code last-byte}, until the API has the body's last byte, by its own clock, which on one machine is
     * ours; and {@code end}, until the client has the answer.
     */
    public Map<String, Double> upload(byte[] body) throws IOException {
        Request request = form.ask(Request.builder()
                        .method(Method.POST)
                        .endpoint(UPLOAD)
                        .contentType("application/octet-stream")
                        .body(Body.of(body)))
                .build();
        Instant sent = Instant.now();
        long begin = System.nanoTime();
        Answer answer = checked(client.call(request));
        double end = (System.nanoTime() - begin) / 1e9;
        JsonNode received = JSON.readTree(answer.bytes());
        if (received.required("size").longValue() != body.length) {
            throw new BenchmarkException("the API got " + received.get("size") + " of " + body.length + " bytes");
        }
        Instant lastByte = Instant.parse(received.required("received_at").textValue());
        return Map.of("last-byte", Duration.between(sent, lastByte).toNanos() / 1e9, "end", end);
    }

    /** One download: {@code end}, until the client has written its last byte to a target that keeps nothing. */
    public Map<String, Double> download(int bytes) {
        Request request =
                form.ask(Request.builder().endpoint(download(form, bytes))).build();
        AnswerTarget nowhere = AnswerTarget.stream(OutputStream.nullOutputStream());
        long begin = System.nanoTime();
        Answer answer = checked(client.call(request, nowhere, ProgressListener.none()));
        double end = (System.nanoTime() - begin) / 1e9;
        if (answer.size() != bytes) {
            throw new BenchmarkException("the client got " + answer.size() + " of " + bytes + " bytes");
        }
        return Map.of("end", end);
    }

    private static Answer checked(Answer answer) {
        if (answer.status() != 200) {
            throw new BenchmarkException("the sample API answered " + answer.status() + " through the portal");
        }
        return answer;
    }
}
