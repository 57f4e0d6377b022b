package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.address.NameService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics that keep a few MiB carry many times as much, and no job under way is lost. */
@Timeout(120)
class BoundedTopicsIT {
    private static final int BOUND = 16;
    private static final int BODY = 2_000_000;
    private static final int AT_A_TIME = 3;
    private static final int TURNS = 8;

    @TempDir
    Path directory;

    @Test
    void jobsPassWhoseBytesAreSeveralTimesWhatATopicKeeps() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.builder()
                        .dataDirectory(directory)
                        .property("log.retention.bytes", String.valueOf(BOUND << 20))
                        .property("log.initial.task.delay.ms", "100")
                        .property("log.retention.check.interval.ms", "100")
                        .start();
                SampleApi api = SampleApi.open("127.0.0.1", 0, null);
                OwnPortal portal = OwnPortal.start(
                        broker,
                        NameService.system(),
                        Map.of("kafkasend.target-api-url", api.url().toString()));
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(broker.bootstrapServers())
                        .requestTopic(portal.requestTopic)
                        .responseTopic(portal.requestTopic.replace("-requests", "-responses"))
                        .build()) {
            String sha256 = SampleApi.documentSha256("a", BODY);
            byte[] body = SampleApi.document("a", BODY).readAllBytes();

            // When
            for (int turn = 0; turn < TURNS; turn++) {
                List<CompletableFuture<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < AT_A_TIME; i++) {
                    answers.add(client.send(Request.builder()
                            .method(Method.POST)
                            .endpoint("/api/v1/echo")
                            .contentType("application/octet-stream")
                            .body(Body.of(body))
                            .build()));
                }

                // Then
                for (CompletableFuture<Answer> answer : answers) {
                    assertThat(answer.get(60, TimeUnit.SECONDS).text()).contains(sha256);
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> mebibytes(portal.requestTopic + "-0") <= BOUND + 2);
        }
    }

    private double mebibytes(String partition) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(partition))) {
            long bytes = 0;
            for (Path file :
                    files.filter(each -> each.toString().contains(".log")).toList()) {
                bytes += size(file);
            }
            return bytes / (double) (1 << 20);
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // the broker deletes meanwhile
        }
    }
}
