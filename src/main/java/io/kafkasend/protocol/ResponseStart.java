package io.kafkasend.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first message of an answer. Immutable.
 *
 * @param jobId the correlation id
 * @param totalChunks how many CHUNKs follow; null for a body that streams, whose last CHUNK says
 * @param statusCode the API's HTTP status, 100 to 599
 * @param headers name to value, several of them joined by a comma
 * @param text whether the CHUNKs hold text as it is, or base64
 * @param crc32 CRC-32 of the raw body; null when unknown yet
 * @param totalBytes the body's length; null when unknown
 * @param sha256 the body's SHA-256 in lower-case hexadecimal; or null
 * @param encoding how the chunks are compressed; null for not at all
 * @param request the {@link RequestDigest} of the START that this answers; null from an old portal
 * @param apart the values of those headers that have several, of a portal that keeps them apart
 * @param form whether the API got the form that the request's START has; false where it has none, and from an old portal
 * @param dropped the names of the request's headers that did not reach the API, up to {@link Limits#DROPPED_HEADERS} of them;
 *     none from an old portal
 * @param stream whether the body comes as the API sends it: in CHUNKs of any size, each in base64 of its own
 */
public record ResponseStart(
        JobId jobId,
        Integer totalChunks,
        int statusCode,
        Map<String, String> headers,
        boolean text,
        Long crc32,
        Long totalBytes,
        String sha256,
        ContentEncoding encoding,
        String request,
        Map<String, List<String>> apart,
        boolean form,
        List<String> dropped,
        boolean stream)
        implements ResponseMessage {
    public ResponseStart {
        apart = Map.copyOf(apart);
        dropped = List.copyOf(dropped.subList(0, Math.min(dropped.size(), Limits.DROPPED_HEADERS)));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The answer to a request of which every header reached the API. */
    public ResponseStart(
            JobId jobId,
            Integer totalChunks,
            int statusCode,
            Map<String, String> headers,
            boolean text,
            Long crc32,
            Long totalBytes,
            String sha256,
            ContentEncoding encoding,
            String request,
            Map<String, List<String>> apart,
            boolean form) {
        this(
                jobId,
                totalChunks,
                statusCode,
                headers,
                text,
                crc32,
                totalBytes,
                sha256,
                encoding,
                request,
                apart,
                form,
                List.of(),
                false);
    }

    /** The answer to a request without a form of its own. */
    public ResponseStart(
            JobId jobId,
            Integer totalChunks,
            int statusCode,
            Map<String, String> headers,
            boolean text,
            Long crc32,
            Long totalBytes,
            String sha256,
            ContentEncoding encoding,
            String request) {
        this(
                jobId,
                totalChunks,
                statusCode,
                headers,
                text,
                crc32,
                totalBytes,
                sha256,
                encoding,
                request,
                Map.of(),
                false);
    }

    /** A START whose chunks are not compressed, of a portal that does not say which request it answers. */
    public ResponseStart(
            JobId jobId,
            Integer totalChunks,
            int statusCode,
            Map<String, String> headers,
            boolean text,
            Long crc32,
            Long totalBytes,
            String sha256) {
        this(jobId, totalChunks, statusCode, headers, text, crc32, totalBytes, sha256, null, null);
    }
}
