package io.kafkasend.portal.receive;

import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.SignatureCheck;
import io.kafkasend.security.client.SpentSignatures;
import java.util.Optional;

/**
 * A START whose signature is a known client's, and of this very START; whether it is good here and now is still to be asked.
 * {@link ClientSignatures} makes it. Immutable.
 */
final class SignedStart {
    private final RequestStart start;
    private final String client;
    private final SignedRequest signed;

    private SignedStart(RequestStart start, String client, SignedRequest signed) {
        this.start = start;
        this.client = client;
        this.signed = signed;
    }

    /**
     * Compares a START with what its client signed.
     *
     * @param client whose signature it is
     * @throws PolicyViolation when they differ, or the signature does not cover the body
     */
    static SignedStart of(RequestStart start, String client, SignedRequest signed) throws PolicyViolation {
        if (!(signed.message() instanceof RequestStart other)) {
            throw invalid("the signature is not of a START");
        }
        Optional<String> difference = start.differsIn(other);
        if (difference.isPresent()) {
            throw invalid("START's " + difference.get() + " is not what was signed");
        }
        if (start.sha256() == null) {
            throw invalid("sha256 is missing, so that the signature does not cover the body");
        }
        if (start.clientId() != null && !start.clientId().equals(client)) {
            throw invalid("client_id is not kid");
        }
        return new SignedStart(start, client, signed);
    }

    /** Who signed it. */
    String client() {
        return client;
    }

    /** Until when its call may begin, in seconds since 1970. */
    long expires() {
        return signed.expires();
    }

    /**
     * What says that it is for another topic or partition: whoever can read a START can copy it there. Empty where it is in its
     * place.
     */
    Optional<PolicyViolation> misplacement(String topic, int partition) {
        if (!signed.audience().equals(topic)) {
            return Optional.of(invalid("aud is not the request topic"));
        }
        return signed.partition() == partition
                ? Optional.empty()
                : Optional.of(invalid("partition is not the record's"));
    }

    /**
     * @param now in seconds since 1970
     * @throws PolicyViolation when it is not good now
     */
    void requireTime(SignatureCheck check, long now) throws PolicyViolation {
        check.requireTime(signed.issuedAt(), signed.expires(), now);
    }

    /**
     * Refuses a copy of what was there; the record itself Kafka may give again.
     *
     * @param spent what its client has sent
     * @param offset where its record stands
     * @param now in seconds since 1970
     * @throws RefusedException when as many are remembered as may be
     */
    void requireFresh(SpentSignatures spent, long offset, long now) throws PolicyViolation, RefusedException {
        long until = signed.expires() + SignatureCheck.SKEW.toSeconds();
        switch (spent.note(start.jobId().value(), offset, until, now)) {
            case COPY ->
                throw new PolicyViolation(Reason.SIGNATURE_REPLAYED, "a START of this job_id was there before");
            case FULL -> throw RefusedException.rateLimited(spent.secondsLeft(now));
            case NEW, SAME -> {}
        }
    }

    private static PolicyViolation invalid(String detail) {
        return new PolicyViolation(Reason.SIGNATURE_INVALID, detail);
    }
}
