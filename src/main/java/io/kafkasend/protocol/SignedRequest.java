package io.kafkasend.protocol;

/**
 * What a client signs: its message, and for START also when, until when and where it is good.
 *
 * @param message a START or a CANCEL, without signature
 * @param issuedAt {@code iat}: when it was signed, in seconds since 1970-01-01T00:00:00Z; null with CANCEL
 * @param expires {@code exp}: until when its call may begin, likewise
 * @param audience {@code aud}: the request topic that it is for; null with CANCEL
 * @param partition the partition of that topic, so that no other portal takes a copy of it; null with CANCEL
 */
public record SignedRequest(RequestMessage message, Long issuedAt, Long expires, String audience, Integer partition) {
    /** A START, good for one partition and for some time. */
    public static SignedRequest of(RequestStart start, long issuedAt, long expires, String audience, int partition) {
        return new SignedRequest(start.signedBy(null), issuedAt, expires, audience, partition);
    }

    /** A CANCEL, good for as long as its job. */
    public static SignedRequest of(RequestCancel cancel) {
        return new SignedRequest(new RequestCancel(cancel.jobId()), null, null, null, null);
    }
}
