package io.kafkasend.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
 * @param transfer how the job's CHUNKs travel
 * @param clientId the name under which the client signs; proves nothing by itself; or null
 * @param replyTo the topic that the answer is to go to; not yet vetted; or null
 * @param secretSha256 SHA-256 of the secret that the job's CANCEL shows, 64 lower-case hexadecimal digits: the job is bound,
 *     so that its CHUNKs carry the {@link RequestDigest} of this START; or null
 * @param form what a multipart request has beside its file
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
        Transfer transfer,
        String clientId,
        String replyTo,
        String secretSha256,
        Form form,
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

    /**
     * A START of a client that has no name, does not sign and takes its answer from the portal's own topic, its CHUNKs as every
     * peer reads them.
     */
    public RequestStart(
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
            Integer timeoutSeconds) {
        this(
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
                Transfer.PLAIN,
                null,
                null,
                null);
    }

    /** A START that says nothing of a form but its file. */
    public RequestStart(
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
            Transfer transfer,
            String clientId,
            String replyTo,
            String secretSha256,
            String signature) {
        this(
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
                transfer,
                clientId,
                replyTo,
                secretSha256,
                Form.OF_FILE_ALONE,
                signature);
    }

    /** A START that binds neither CHUNKs nor CANCEL. */
    public RequestStart(
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
            Transfer transfer,
            String clientId,
            String replyTo,
            String signature) {
        this(
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
                transfer,
                clientId,
                replyTo,
                null,
                signature);
    }

    /** This START under another signature, or under none where it is null. */
    public RequestStart signedBy(String other) {
        return with(form, other);
    }

    /** This START with another form. */
    public RequestStart with(Form other) {
        return with(other, signature);
    }

    private RequestStart with(Form otherForm, String otherSignature) {
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
                transfer,
                clientId,
                replyTo,
                secretSha256,
                otherForm,
                otherSignature);
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
        Map<String, Object> others = other.fields();
        return fields().entrySet().stream()
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
        fields.put("content_encoding", transfer.encoding());
        fields.put("binary_frames", transfer.frames());
        fields.put("accept", List.of(transfer.readsFrames(), transfer.readsEncodings(), transfer.readsHeaderLists()));
        fields.put("client_id", clientId);
        fields.put("reply_to", replyTo);
        fields.put("secret_sha256", secretSha256);
        fields.put("form_field", form.file());
        fields.put("form_fields", form.texts());
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
}
