package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestDigest;
import java.time.Instant;
import java.util.Objects;

/**
 * What is to be kept of a request to fetch its answer later, in another process too: {@link Request.Builder#onReceipt} tells it before
 * anything is sent, {@link KafkaSendClient#fetch} and {@link KafkaSendClient#openFetched} take it. Whoever has its secret can cancel
 * the job. Immutable.
 *
 * @param jobId the job
 * @param requestSha256 the digest of the job's START, 64 lower-case hexadecimal digits, to which its answer belongs; or null where it
 *     is not known: then the first record under the job's id that carries a digest decides
 * @param secret what a CANCEL of the job shows; or null, and the job cannot be cancelled by this
 * @param topic the topic that the answer comes on; or null for the one that the client reads
 * @param since no part of the answer is older, by the client's clock; 30 s more are looked at, since clocks differ
 */
public record Receipt(JobId jobId, String requestSha256, String secret, String topic, Instant since) {
    /**
     * Checks what is to be compared.
     *
     * @throws IllegalArgumentException for a digest that is none
     */
    public Receipt {
        Objects.requireNonNull(jobId, "jobId");
        Objects.requireNonNull(since, "since");
        if (requestSha256 != null
                && (!requestSha256.matches("[0-9a-f]{64}") || requestSha256.equals(RequestDigest.NONE))) {
            throw new IllegalArgumentException("a request's digest takes 64 lower-case hexadecimal digits");
        }
    }

    /**
     * That of a job of which no more is known.
     *
     * @param since no part of the answer is older
     */
    public static Receipt of(JobId jobId, Instant since) {
        return new Receipt(jobId, null, null, null, since);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "receipt of " + jobId;
    }
}
