package io.kafkasend.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The first message of a request. Immutable; equal when every field is, which is how a redelivered START is told from a
 * conflicting one.
 *
 * @param jobId the correlation id
 * @param totalChunks how many CHUNKs follow, 0 to {@link Limits#CHUNKS}; 0 is an empty or absent body
 * @param method the HTTP method
 * @param endpoint path and optional query, as the client wrote it; not yet vetted
 * @param headers name to value, in the order sent; not yet vetted
 * @param filename with {@code contentType}: the request is multipart/form-data, and the body its file; or null
 * @param contentType the part's or the raw body's media type; or null
 * @param crc32 CRC-32 of the whole raw body, 0 to 4,294,967,295; or null
 * @param totalBytes the body's length in bytes; or null
 * @param sha256 the body's SHA-256, 64 lower-case hexadecimal digits; or null
 * @param timeoutSeconds the client's own deadline, at least 1; or null
 * @param expiresAt when the client will have given up, in seconds since 1970-01-01T00:00:00Z by its clock, at least 1; or null
 * @param streamSeconds how long the client reads an answer that streams, from START on, at least 1; null for no longer than others
 * @param transfer how the job's CHUNKs travel
 * @param clientId the name under which the client signs; proves nothing by itself; or null
 * @param replyTo the topic that the answer is to go to; not yet vetted; or null
 * @param secretSha256 SHA-256 of the secret that the job's CANCEL shows, 64 lower-case hexadecimal digits: the job is bound,
 *     so that its CHUNKs carry the {@link RequestDigest} of this START; or null
 * @param form what a multipart request has beside its file
 * @param traceparent where in a trace the request stands; a claim, like all else here; or null
 * @param signature a JWS (RFC 7515 §7.1) over all of this; not yet verified; or null
 */
public record RequestStart(
        JobId jobId,
        int totalChunks,
        Method method,
        String endpoint,
        Map<String, String> headers,
        String filename,
        String contentType,
        Long crc32,
        Long totalBytes,
        String sha256,
        Integer timeoutSeconds,
        Long expiresAt,
        Integer streamSeconds,
        Transfer transfer,
        String clientId,
        String replyTo,
        String secretSha256,
        Form form,
        TraceContext traceparent,
        String signature)
        implements RequestMessage {

    public RequestStart {
        Objects.requireNonNull(jobId, "jobId");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(transfer, "transfer");
        Objects.requireNonNull(form, "form");
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Begins a START that says nothing but this: no body's sums, no name, no signature, CHUNKs as every peer reads them. */
    public static Builder builder(JobId jobId, int totalChunks, Method method, String endpoint) {
        return new Builder(jobId, totalChunks, method, endpoint);
    }

    /** This START under another signature, or under none where it is null. */
    public RequestStart signedBy(String other) {
        return new RequestStart(
                jobId,
                totalChunks,
                method,
                endpoint,
                headers,
                filename,
                contentType,
                crc32,
                totalBytes,
                sha256,
                timeoutSeconds,
                expiresAt,
                streamSeconds,
                transfer,
                clientId,
                replyTo,
                secretSha256,
                form,
                traceparent,
                other);
    }

    /** Whether the job's CHUNKs say which START they belong to, and its CANCEL shows a secret. */
    public boolean bound() {
        return secretSha256 != null;
    }

    /**
     * The first field, by its name on the wire, in which another START differs, whatever the signatures; empty where none
     * does.
     */
    public Optional<String> differsIn(RequestStart other) {
        return differsIn(other, Set.of());
    }

    /**
     * Likewise.
     *
     * @param but names of fields that may differ
     */
    public Optional<String> differsIn(RequestStart other, Set<String> but) {
        Map<String, Object> others = other.fields();
        return fields().entrySet().stream()
                .filter(field -> !but.contains(field.getKey()))
                .filter(field -> !Objects.equals(field.getValue(), others.get(field.getKey())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What a signature covers: every field but itself. */
    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("job_id", jobId);
        fields.put("total_chunks", totalChunks);
        fields.put("method", method);
        fields.put("endpoint", endpoint);
        fields.put("headers", headers);
        fields.put("filename", filename);
        fields.put("content_type", contentType);
        fields.put("crc32", crc32);
        fields.put("total_bytes", totalBytes);
        fields.put("sha256", sha256);
        fields.put("timeout_seconds", timeoutSeconds);
        fields.put("expires_at", expiresAt);
        fields.put("stream_seconds", streamSeconds);
        fields.put("content_encoding", transfer.encoding());
        fields.put("binary_frames", transfer.frames());
        fields.put(
                "accept",
                List.of(
                        transfer.readsFrames(),
                        transfer.readsEncodings(),
                        transfer.readsHeaderLists(),
                        transfer.readsProgress(),
                        transfer.readsStream()));
        fields.put("client_id", clientId);
        fields.put("reply_to", replyTo);
        fields.put("secret_sha256", secretSha256);
        fields.put("form_field", form.file());
        fields.put("form_fields", form.texts());
        fields.put("traceparent", traceparent);
        return fields;
    }

    /** Whether the body goes as multipart/form-data: both file name and content type are set. */
    public boolean multipart() {
        return filename != null && contentType != null;
    }

    /** Names the job and its shape; neither endpoint nor headers, which may hold what must not be logged. */
    @Override
    public String toString() {
        return "START " + jobId + " " + method + ", " + totalChunks + " chunks";
    }

    /** A START in the making. Each method is named after what it sets, and takes what that takes. Not thread-safe. */
    public static final class Builder {
        private final JobId jobId;
        private final int totalChunks;
        private final Method method;
        private final String endpoint;
        private Map<String, String> headers = Map.of();
        private String filename;
        private String contentType;
        private Long crc32;
        private Long totalBytes;
        private String sha256;
        private Integer timeoutSeconds;
        private Long expiresAt;
        private Integer streamSeconds;
        private Transfer transfer = Transfer.PLAIN;
        private String replyTo;
        private String secretSha256;
        private Form form = Form.OF_FILE_ALONE;
        private TraceContext traceparent;

        private Builder(JobId jobId, int totalChunks, Method method, String endpoint) {
            this.jobId = jobId;
            this.totalChunks = totalChunks;
            this.method = method;
            this.endpoint = endpoint;
        }

        /** See {@link RequestStart#headers}. */
        public Builder headers(Map<String, String> value) {
            headers = value;
            return this;
        }

        /** See {@link RequestStart#filename}. */
        public Builder filename(String value) {
            filename = value;
            return this;
        }

        /** See {@link RequestStart#contentType}. */
        public Builder contentType(String value) {
            contentType = value;
            return this;
        }

        /** See {@link RequestStart#crc32}. */
        public Builder crc32(Long value) {
            crc32 = value;
            return this;
        }

        /** See {@link RequestStart#totalBytes}. */
        public Builder totalBytes(Long value) {
            totalBytes = value;
            return this;
        }

        /** See {@link RequestStart#sha256}. */
        public Builder sha256(String value) {
            sha256 = value;
            return this;
        }

        /** See {@link RequestStart#timeoutSeconds}. */
        public Builder timeoutSeconds(Integer value) {
            timeoutSeconds = value;
            return this;
        }

        /** See {@link RequestStart#expiresAt}. */
        public Builder expiresAt(Long value) {
            expiresAt = value;
            return this;
        }

        /** See {@link RequestStart#streamSeconds}. */
        public Builder streamSeconds(Integer value) {
            streamSeconds = value;
            return this;
        }

        /** See {@link RequestStart#transfer}. */
        public Builder transfer(Transfer value) {
            transfer = value;
            return this;
        }

        /** See {@link RequestStart#replyTo}. */
        public Builder replyTo(String value) {
            replyTo = value;
            return this;
        }

        /** See {@link RequestStart#secretSha256}. */
        public Builder secretSha256(String value) {
            secretSha256 = value;
            return this;
        }

        /** See {@link RequestStart#form}. */
        public Builder form(Form value) {
            form = value;
            return this;
        }

        /** See {@link RequestStart#traceparent}. */
        public Builder traceparent(TraceContext value) {
            traceparent = value;
            return this;
        }

        /** The START. */
        public RequestStart build() {
            return new RequestStart(
                    jobId,
                    totalChunks,
                    method,
                    endpoint,
                    headers,
                    filename,
                    contentType,
                    crc32,
                    totalBytes,
                    sha256,
                    timeoutSeconds,
                    expiresAt,
                    streamSeconds,
                    transfer,
                    null,
                    replyTo,
                    secretSha256,
                    form,
                    traceparent,
                    null);
        }
    }
}
