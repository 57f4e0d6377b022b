package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker's disk is full: who says what, and that all goes on once there is room. */
@Timeout(180)
@Tag("long")
class BrokerDiskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BODY = 6_000_000;
    private static final int SMALL_DISK_MIB = 24;

    @TempDir
    Path directory;

    @Test
    void aBrokerThatCannotWriteEndsAndSaysSoAndThePortalGoesOnWithTheNext() throws Exception {
        // Given
        int port = freePort();
        Path data = directory.resolve("data");
        try (SampleApi api = SampleApi.open("127.0.0.1", 0, null);
                CommandProcess broker = CommandProcess.startOnSmallDisk(
                        directory, SMALL_DISK_MIB << 10, "512m", Map.of(), brokerArguments(port, data))) {
            await().atMost(PATIENCE).until(() -> broker.out().contains("broker: listening"));
            try (Portal portal = portal(port, api);
                    KafkaSendClient client = client(port)) {
                ManagementClient management = ManagementClient.of(portal);
                await().atMost(PATIENCE).until(management::isReady);

                // When
                ClientException failure = fill(client);

                // Then
                assertThat(broker.awaitEnd(PATIENCE)).isEqualTo(1);
                assertThat(broker.log().lines())
                        .last()
                        .asString()
                        .startsWith("kafkasend: Kafka's broker has ended: it cannot write to " + data)
                        .endsWith("; make room there, then start it again with the same data");
                assertThat(failure.kind()).isEqualTo(ClientException.Kind.TIMED_OUT);
                assertThat(failure.getMessage()).contains("Kafka at localhost:" + port);
                await().atMost(PATIENCE).until(() -> !management.isReady());
                assertThat(management.reason()).isEqualTo("Kafka does not answer");
                assertThat(management.isLive()).isTrue();

                // When
                try (CommandProcess next =
                        CommandProcess.start(directory, "512m", Map.of(), brokerArguments(port, data))) {
                    await().atMost(PATIENCE).until(() -> next.out().contains("broker: listening"));

                    // Then
                    await().atMost(PATIENCE).until(management::isReady);
                    assertThat(client.call(upload(Duration.ofSeconds(60))).text())
                            .contains(SampleApi.documentSha256("a", BODY));
                }
            }
        }
    }

    @Test
    void aBrokerDoesNotStartOnAFullDiskAndSaysThatItIsFull() throws Exception {
        // Given
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0,
                "no small file system can be mounted here: that takes root");
        try {
            fill(disk.resolve("filler"));

            // When
            CommandProcess broker =
                    CommandProcess.start(directory, "512m", Map.of(), brokerArguments(0, disk.resolve("data")));
            int exitCode = broker.awaitEnd(PATIENCE);

            // Then
            assertThat(exitCode).isEqualTo(1);
            assertThat(broker.log().lines())
                    .last()
                    .asString()
                    .contains("the broker cannot start: the disk of " + disk.resolve("data") + " is full (");
        } finally {
            run("umount", disk.toString());
        }
    }

    /** Sends until a job has no end. */
    private static ClientException fill(KafkaSendClient client) throws IOException {
        for (int i = 0; i < 50; i++) {
            Request request = upload(Duration.ofSeconds(6));
            ClientException failure = catchThrowableOfType(ClientException.class, () -> client.call(request));
            if (failure != null) {
                return failure;
            }
        }
        throw new AssertionError("the disk is not full yet");
    }

    private static void fill(Path file) {
        byte[] block = new byte[4_096];
        assertThatThrownBy(() -> {
                    try (OutputStream out = Files.newOutputStream(file)) {
                        while (true) {
                            out.write(block);
                        }
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private static Request upload(Duration timeout) throws IOException {
        return Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/echo")
                .contentType("application/octet-stream")
                .body(Body.of(SampleApi.document("a", BODY).readAllBytes()))
                .timeout(timeout)
                .build();
    }

    private static Portal portal(int port, SampleApi api) throws Exception {
        return Portal.start(Map.of(
                "kafkasend.bootstrap-servers", "localhost:" + port,
                "kafkasend.target-api-url", api.url().toString(),
                "kafkasend.allowed-endpoints", "/api/v1/*",
                "kafkasend.use-oauth", "false",
                "kafkasend.management-port", "0"));
    }

    private static KafkaSendClient client(int port) {
        return KafkaSendClient.builder().bootstrapServers("localhost:" + port).build();
    }

    private static String[] brokerArguments(int port, Path data) {
        return new String[] {"broker", "--port=" + port, "--partitions=1", "--data=" + data};
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
