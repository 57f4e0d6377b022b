package io.kafkasend.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The first message of a request. Immutable; equal when every field is, which is how a redelivered START is told from a
 * conflicting one.
 *
 * @param jobId the correlation id
 * @param totalChunks how many CHUNKs follow, 0 to {@link Limits#CHUNKS}; 0 is an empty or absent body
 * @param method the HTTP method
 * @param endpoint path and optional query, as the client wrote it; not yet vetted
 * @param headers name to value, in the order sent; not yet vetted
 * @param filename with {@code contentType}: the request is multipart/form-data with one part named {@code file}; or null
 * @param contentType the part's or the raw body's media type; or null
 * @param crc32 CRC-32 of the whole raw body, 0 to 4,294,967,295; or null
 * @param totalBytes the body's length in bytes; or null
 * @param sha256 the body's SHA-256, 64 lower-case hexadecimal digits; or null
 * @param timeoutSeconds the client's own deadline, at least 1; or null
 * @param transfer how the job's CHUNKs travel
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
        Transfer transfer)
        implements RequestMessage {

    public RequestStart {
        Objects.requireNonNull(jobId, "jobId");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(transfer, "transfer");
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A START of a job whose CHUNKs travel as every peer reads them. */
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
                Transfer.PLAIN);
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
