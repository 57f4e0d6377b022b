package io.kafkasend.portal.report;

import io.kafkasend.config.RetrySettings;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.RequestStart;

/**
 * Whether another portal may have made the call of a job that this one gives up before a call of its own. A retryable code
 * would say that nothing was done, and have its client do it again under another {@code Idempotency-Key}. So would a refusal that
 * hangs on the moment. Thread-safe.
 */
final class EarlierCall {
    private static final String TOLD = "another portal may have made the call: ";

    private final Ledger ledger;
    private final boolean repeatsAll;
    private final boolean atMostOnce;

    EarlierCall(PortalConfiguration configuration, Ledger ledger) {
        this.ledger = ledger;
        this.repeatsAll = configuration.settings().get(RetrySettings.RETRY_UNSAFE);
        this.atMostOnce = configuration.atMostOnce(); // a call that begins is noted first
    }

    /**
     * What a client may be told.
     *
     * @param failure what went wrong here
     * @param job null where none was opened
     * @param start what was asked for; null where it is not known
     * @param record START's record; null where it is not known
     */
    ClientFailure doubt(ClientFailure failure, Job job, RequestStart start, LedgerEntry record) {
        boolean claims = failure.code().retryable() && !isOfTheBody(failure.code()) || isOfTheMoment(failure.code());
        if (!claims || start == null || record == null || repeatsAll || atMostOnce) {
            return failure;
        }
        boolean neverWhole = job != null && job.state().phase() == Phase.ASSEMBLING && cameInTime(failure.code());
        if (start.method().idempotent() || neverWhole || !mayBeCalled(job, record)) {
            return failure;
        }
        return new ClientFailure(ErrorCode.OUTCOME_UNKNOWN, TOLD + failure.text());
    }

    /** The token server took the portal's credentials, and the signature had its time, when the call may have been made. */
    private static boolean isOfTheMoment(ErrorCode code) {
        return code == ErrorCode.OAUTH_REJECTED || code == ErrorCode.SIGNATURE_EXPIRED;
    }

    /** The same body was no other for any portal. */
    private static boolean isOfTheBody(ErrorCode code) {
        return switch (code) {
            case CRC_MISMATCH, SHA256_MISMATCH, LENGTH_MISMATCH -> true;
            default -> false;
        };
    }

    /** Of one that is assembled: what does not come to this portal came to none. */
    private static boolean cameInTime(ErrorCode code) {
        return code == ErrorCode.JOB_TIMEOUT;
    }

    /** Before this portal had the records, or since it may have lost them. */
    private boolean mayBeCalled(Job job, LedgerEntry record) {
        return ledger.mayHaveBeenReplaced()
                || (job == null ? record.mayBeAnswered() : job.records().mayHaveBeenWhole());
    }
}
