package io.kafkasend.client;

import io.kafkasend.protocol.Method;
import java.nio.file.Path;

/** README's example of the SDK. A test holds README to it, so what stands there compiles. */
final class ReadmeExample {
    private ReadmeExample() {}

    static String upload(Path file) {
        // example
        try (KafkaSendClient client =
                KafkaSendClient.builder().bootstrapServers("localhost:9092").build()) {
            Answer answer = client.call(Request.builder()
                    .method(Method.POST)
                    .endpoint("/api/v1/upload")
                    .filename("report.pdf")
                    .contentType("application/pdf")
                    .body(Body.file(file))
                    .build());
            return answer.status() + " " + answer.text();
        } catch (JobFailedException e) { // the portal's ERROR; any other failure is a ClientException
            return e.code().orElse("no code") + (e.retryable() ? ", try again later" : "");
        }
        // end
    }
}
