package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.outbox.Outbox;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outbox that is killed while it sends a body: the next one sends what is missing, and nobody waits for the portal to give it up. */
@Timeout(240)
@SuppressWarnings("try") // an outbox that is only held open
class OutboxResumeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BYTES = 80_000_000;
    private static final long CHUNKS = Limits.chunksFor(BYTES);
    private static final int KILLS = 3;

    @TempDir
    Path directory;

    @Test
    void aHalfSentFileGoesOnWhereItsOutboxWasKilled() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                RecordingApi api = RecordingApi.start(
                        call -> Plan.ok(("took " + call.crc()).getBytes(StandardCharsets.US_ASCII)))) {
            List.of("requests", "responses", "outbox").forEach(topic -> broker.createTopic(topic, 1));
            Path folder = Files.createDirectory(directory.resolve("resumed"));
            byte[] content = new byte[BYTES];
            new Random(1).nextBytes(content);
            try (Portal portal = portal(broker, api)) {
                Files.write(folder.resolve("large"), content);

                // When
                for (int kill = 1; kill <= KILLS; kill++) {
                    long enough = Math.max(records(broker), (kill - 1) * 20L) + 8;
                    try (CommandProcess outbox = CommandProcess.start(
                            directory,
                            "64m",
                            Map.of(
                                    "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                                    "KAFKA_REQUEST_TOPIC", "requests",
                                    "KAFKA_RESPONSE_TOPIC", "responses",
                                    "OUTBOX_REPLY_TOPIC", "outbox",
                                    "OUTBOX_DIRECTORY", folder.toString(),
                                    "OUTBOX_QUIET_SECONDS", "0",
                                    "OUTBOX_ENDPOINT", "/api/v1/{name}"),
                            "outbox")) {
                        await().atMost(SOON).pollInterval(Duration.ofMillis(2)).until(() -> records(broker) >= enough);
                    }
                }
                long sent = records(broker);
                assertThat(api.calls()).isEmpty();
                try (Outbox outbox = Outbox.start(Map.of(
                        "kafkasend.bootstrap-servers",
                        broker.bootstrapServers(),
                        "kafkasend.request-topic",
                        "requests",
                        "kafkasend.response-topic",
                        "responses",
                        "kafkasend.outbox-reply-topic",
                        "outbox",
                        "kafkasend.outbox-directory",
                        folder.toString(),
                        "kafkasend.outbox-endpoint",
                        "/api/v1/{name}"))) {
                    await().atMost(SOON).until(() -> Files.exists(folder.resolve("done/large")));
                }

                // Then
                CRC32 crc = new CRC32();
                crc.update(content);
                assertThat(folder.resolve("answers/large")).hasContent("took " + crc.getValue());
                assertThat(api.calls()).hasSize(1);
                long twice = records(broker) - CHUNKS - (KILLS + 1);
                System.out.printf(
                        "outbox: %d of %d records were sent when the last of %d was killed, %d chunks twice%n",
                        sent, CHUNKS + KILLS, KILLS, twice);
                assertThat(twice)
                        .as("chunks sent twice, at most one for each kill")
                        .isBetween(0L, (long) KILLS);
            }
        }
    }

    private static Portal portal(EmbeddedBroker broker, RecordingApi api) throws Exception {
        return Portal.start(Map.ofEntries(
                Map.entry("kafkasend.bootstrap-servers", broker.bootstrapServers()),
                Map.entry("kafkasend.request-topic", "requests"),
                Map.entry("kafkasend.response-topic", "responses"),
                Map.entry("kafkasend.reply-topics", "outbox"),
                Map.entry("kafkasend.target-api-url", api.url()),
                Map.entry("kafkasend.allowed-endpoints", "/api/v1/*"),
                Map.entry("kafkasend.job-idle-seconds", "200"),
                Map.entry("kafkasend.management-port", "off"),
                Map.entry("kafkasend.use-oauth", "false")));
    }

    private static long records(EmbeddedBroker broker) {
        TopicPartition requests = new TopicPartition("requests", 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.endOffsets(List.of(requests)).get(requests);
        }
    }
}
