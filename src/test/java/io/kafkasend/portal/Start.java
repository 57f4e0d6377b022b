package io.kafkasend.portal;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import java.util.Map;

/** A START in the making. */
public final class Start {
    private final Method method;
    private JobId id = JobId.random();
    private int chunks;
    private String endpoint = "/api/things";
    private Map<String, String> headers = Map.of();
    private String filename;
    private String contentType;
    private Long crc32;
    private Long totalBytes;
    private String sha256;
    private Integer timeoutSeconds;
    private Long expiresAt;
    private Transfer transfer = Transfer.PLAIN;
    private String secretSha256;

    private Start(Method method) {
        this.method = method;
    }

    public static Start of(Method method) {
        return new Start(method);
    }

    public static RequestStart withChunks(int chunks) {
        return of(Method.POST).chunks(chunks).build();
    }

    public static RequestChunk chunk(RequestStart start, int sequence, String data) {
        return new RequestChunk(start.jobId(), sequence, start.totalChunks(), data.getBytes());
    }

    public Start id(JobId value) {
        id = value;
        return this;
    }

    public Start chunks(int value) {
        chunks = value;
        return this;
    }

    public Start endpoint(String value) {
        endpoint = value;
        return this;
    }

    public Start headers(Map<String, String> value) {
        headers = value;
        return this;
    }

    public Start file(String name, String type) {
        filename = name;
        contentType = type;
        return this;
    }

    public Start contentType(String value) {
        contentType = value;
        return this;
    }

    public Start crc32(long value) {
        crc32 = value;
        return this;
    }

    public Start totalBytes(long value) {
        totalBytes = value;
        return this;
    }

    public Start sha256(String value) {
        sha256 = value;
        return this;
    }

    public Start timeoutSeconds(Integer value) {
        timeoutSeconds = value;
        return this;
    }

    public Start expiresAt(Long value) {
        expiresAt = value;
        return this;
    }

    public Start transfer(Transfer value) {
        transfer = value;
        return this;
    }

    public Start boundBy(String secret) {
        secretSha256 = RequestDigest.ofSecret(secret);
        return this;
    }

    public RequestStart build() {
        return RequestStart.builder(id, chunks, method, endpoint)
                .headers(headers)
                .filename(filename)
                .contentType(contentType)
                .crc32(crc32)
                .totalBytes(totalBytes)
                .sha256(sha256)
                .timeoutSeconds(timeoutSeconds)
                .expiresAt(expiresAt)
                .transfer(transfer)
                .secretSha256(secretSha256)
                .build();
    }
}
