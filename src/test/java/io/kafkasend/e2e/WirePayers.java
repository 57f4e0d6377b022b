package io.kafkasend.e2e;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.TestSignatures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Utils;

/** Payers that write records themselves, each in a way that a portal refuses; what they are told comes later. */
final class WirePayers implements AutoCloseable {
    private static final byte[] BODY = "hello world".getBytes(StandardCharsets.US_ASCII);

    private final Claims claims;
    private final String topic;
    private final int partitions;
    private final WireClient client;
    private final Map<JobId, Long> payments = new ConcurrentHashMap<>();
    private final Map<ErrorCode, BiConsumer<JobId, String>> ways = new LinkedHashMap<>();

    WirePayers(Claims claims, String bootstrapServers, String topic, String answers, int partitions) {
        this.claims = claims;
        this.topic = topic;
        this.partitions = partitions;
        this.client = new WireClient(bootstrapServers, topic, answers);
        ways();
    }

    private void ways() {
        raw(ErrorCode.INVALID_MESSAGE, "\"total_chunks\":\"1\",\"method\":\"POST\"");
        raw(ErrorCode.METHOD_NOT_ALLOWED, "\"total_chunks\":0,\"method\":\"post\"");
        raw(
                ErrorCode.INVALID_FILENAME,
                "\"total_chunks\":0,\"method\":\"POST\",\"filename\":\"../a\",\"content_type\":\"a/b\"");
        raw(ErrorCode.INVALID_CONTENT_TYPE, "\"total_chunks\":0,\"method\":\"POST\",\"content_type\":\"nonsense\"");
        raw(ErrorCode.UNSUPPORTED_ENCODING, "\"total_chunks\":0,\"method\":\"POST\",\"content_encoding\":\"br\"");
        raw(ErrorCode.TOO_MANY_CHUNKS, "\"total_chunks\":2147483647,\"method\":\"POST\"");
        ways.put(
                ErrorCode.UNKNOWN_MESSAGE_TYPE,
                (id, path) -> client.raw(id, value(id, "\"message_type\":\"ERROR\",\"error_message\":\"x\"")));
        ways.put(ErrorCode.UNKNOWN_JOB, (id, path) -> client.chunk(id, 0, 2, BODY));
        ways.put(
                ErrorCode.ENDPOINT_NOT_ALLOWED,
                (id, path) -> whole(start(id, "/elsewhere" + path, 1).build()));
        ways.put(
                ErrorCode.REPLY_TOPIC_NOT_ALLOWED,
                (id, path) -> whole(start(id, path, 1).replyTo("forbidden").build()));
        ways.put(
                ErrorCode.CRC_MISMATCH,
                (id, path) -> whole(start(id, path, 1).crc32(1L).build()));
        ways.put(
                ErrorCode.LENGTH_MISMATCH,
                (id, path) -> whole(start(id, path, 1).totalBytes(12L).build()));
        ways.put(
                ErrorCode.SHA256_MISMATCH,
                (id, path) -> whole(start(id, path, 1).sha256("0".repeat(64)).build()));
        ways.put(ErrorCode.CHUNK_CONFLICT, (id, path) -> {
            client.start(start(id, path, 2).build());
            client.chunk(id, 0, 2, BODY);
            client.chunk(id, 0, 2, "other bytes".getBytes(StandardCharsets.US_ASCII));
            client.chunk(id, 1, 2, BODY);
        });
        ways.put(ErrorCode.SEQUENCE_OUT_OF_RANGE, (id, path) -> {
            client.start(start(id, path, 2).build());
            client.chunk(id, 2, 2, BODY);
        });
        ways.put(ErrorCode.INVALID_BASE64, (id, path) -> {
            client.start(start(id, path, 1).build());
            client.raw(id, value(id, "\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"QR==\""));
        });
        ways.put(ErrorCode.INVALID_ENCODING, (id, path) -> gzip(id, path, BODY));
        ways.put(
                ErrorCode.CHUNK_TOO_LARGE,
                (id, path) -> gzip(id, path, ContentEncoding.GZIP.encode(new byte[Limits.DECODED_BYTES + 1])));
        ways.put(
                ErrorCode.SIGNATURE_INVALID,
                (id, path) -> whole(start(id, path, 1).build().signedBy("e30.e30.e30")));
        ways.put(
                ErrorCode.SIGNATURE_EXPIRED,
                (id, path) -> whole(signed("ed", whole(id, path).build(), -3_600)));
        ways.put(
                ErrorCode.CLIENT_NOT_ALLOWED,
                (id, path) -> whole(signed("es", whole(id, path).build(), 0)));
        ways.put(
                ErrorCode.HEADER_NOT_ALLOWED,
                (id, path) -> whole(signed(
                        "ed",
                        whole(id, path).headers(Map.of("X-Request-ID", "r")).build(),
                        0)));
        ways.put(
                ErrorCode.RATE_LIMITED,
                (id, path) -> whole(signed("ed", whole(id, path).build(), 0)));
        ways.put(
                ErrorCode.EXPIRED,
                (id, path) -> whole(start(id, path, 1)
                        .expiresAt(Instant.now().getEpochSecond() - 60)
                        .build()));
        ways.put(ErrorCode.JOB_TIMEOUT, (id, path) -> {
            client.start(start(id, path, 2).build());
            client.chunk(id, 0, 2, BODY);
        });
    }

    private void raw(ErrorCode code, String fields) {
        ways.put(
                code,
                (id, path) -> client.raw(
                        id, value(id, "\"message_type\":\"START\",\"endpoint\":\"" + path + "\"," + fields)));
    }

    private static byte[] value(JobId id, String fields) {
        return ("{\"job_id\":\"" + id + "\"," + fields + "}").getBytes(StandardCharsets.US_ASCII);
    }

    private static RequestStart.Builder start(JobId id, String path, int chunks) {
        return RequestStart.builder(id, chunks, Method.POST, path)
                .filename("a.txt")
                .contentType("text/plain");
    }

    /** What can be signed: its body is known. */
    private static RequestStart.Builder whole(JobId id, String path) {
        return start(id, path, 1).totalBytes((long) BODY.length).sha256(RequestDigest.of(BODY));
    }

    private void gzip(JobId id, String path, byte[] chunk) {
        client.raw(
                id,
                value(
                        id,
                        "\"message_type\":\"START\",\"endpoint\":\"" + path
                                + "\",\"total_chunks\":1,\"method\":\"POST\",\"content_encoding\":\"gzip\""));
        client.chunk(id, 0, 1, chunk);
    }

    private RequestStart signed(String signer, RequestStart start, long later) {
        long now = Instant.now().getEpochSecond() + later;
        int partition =
                Utils.toPositive(Utils.murmur2(start.jobId().value().getBytes(StandardCharsets.US_ASCII))) % partitions;
        return TestSignatures.sign(signer, start, now, now + 60, topic, partition);
    }

    private void whole(RequestStart start) {
        client.start(start);
        client.chunk(start.jobId(), 0, 1, BODY);
    }

    /** One payment in each way. */
    void payAll() {
        ways.values().forEach(this::pay);
    }

    /** Begins payments that never become whole. */
    void begin(int number) {
        for (int i = 0; i < number; i++) {
            pay(ways.get(ErrorCode.JOB_TIMEOUT));
        }
    }

    private void pay(BiConsumer<JobId, String> way) {
        JobId id = JobId.random();
        long number = claims.next();
        payments.put(id, number);
        way.accept(id, "/api/v1/pay/" + number);
    }

    /** What is done in the middle of a payment. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /** A payment of which one chunk was read before so many more come, none of which is the last. */
    void trickle(int chunks, Step between) throws InterruptedException {
        JobId id = JobId.random();
        long number = claims.next();
        payments.put(id, number);
        client.start(start(id, "/api/v1/pay/" + number, chunks + 1).build());
        client.chunk(id, 0, chunks + 1, BODY);
        client.flush();
        between.run();
        for (int i = 1; i < chunks; i++) {
            client.chunk(id, i, chunks + 1, BODY);
            client.flush();
        }
    }

    /** Notes what was told, once for each payment: whatever comes first. */
    void hear() {
        payments.forEach((id, number) -> {
            for (ResponseMessage message : client.messages(id)) {
                if (payments.remove(id) != null) {
                    claims.told(number, message instanceof ResponseError error ? error.code() : "answered", id.value());
                }
                break;
            }
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
