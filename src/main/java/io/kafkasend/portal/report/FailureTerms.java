package io.kafkasend.portal.report;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.http.OversizedHeadException;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.JobState;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.security.PolicyViolation;
import java.io.IOException;
import java.util.Optional;

/** What a client is told of a failure: which exception, of a job in which state, becomes which code and text. Thread-safe. */
final class FailureTerms {
    private final int breakerOpenSeconds;

    /**
     * @param breakerOpenSeconds after how long a client may come again while the API is left alone
     */
    FailureTerms(int breakerOpenSeconds) {
        this.breakerOpenSeconds = breakerOpenSeconds;
    }

    /**
     * The failure in the client's terms.
     *
     * @param job the state of the job that failed; empty where none did, but a record
     * @param cause what went wrong
     */
    ClientFailure of(Optional<JobState> job, Throwable cause) {
        if (job.isPresent() && job.get().cancelled()) {
            // Whatever the abort looks like.
            return new ClientFailure(
                    ErrorCode.CANCELLED,
                    job.get().cancelledByOperator()
                            ? "the portal's operator cancelled the job"
                            : "the client cancelled the job");
        }
        if (cause instanceof ProtocolException e) {
            return new ClientFailure(e.code(), e.getMessage());
        }
        if (cause instanceof RefusedException e) {
            return new ClientFailure(e.code(), e.getMessage(), e.retryAfterSeconds());
        }
        if (cause instanceof SpoolException) {
            return new ClientFailure(ErrorCode.SPOOL_UNAVAILABLE, "the portal's disk cannot hold the body now");
        }
        if (cause instanceof PolicyViolation violation) {
            return of(violation);
        }
        if (cause instanceof TokenException e) {
            return e.retryable() || e.kind() == TokenException.Kind.ADDRESS_REFUSED
                    ? new ClientFailure(ErrorCode.OAUTH_UNAVAILABLE, "the portal could get no access token now")
                    : new ClientFailure(ErrorCode.OAUTH_REJECTED, "the token server refuses the portal");
        }
        if (cause instanceof CallNotPermittedException) {
            return new ClientFailure(
                    ErrorCode.API_UNAVAILABLE, "the API is not well and is left alone for a while", breakerOpenSeconds);
        }
        return ofCall(job, cause);
    }

    private static ClientFailure ofCall(Optional<JobState> job, Throwable cause) {
        boolean timedOut = job.isPresent() && job.get().timedOut();
        if (job.isPresent() && job.get().phase() == Phase.ANSWERING) {
            return new ClientFailure(
                    ErrorCode.ANSWER_INTERRUPTED,
                    timedOut ? "the API's answer took too long" : "the answer ended before its end");
        }
        if (timedOut || CallFailure.isTimeout(cause)) {
            return new ClientFailure(ErrorCode.API_TIMEOUT, "the API did not answer in time");
        }
        if (cause instanceof OversizedHeadException) {
            return new ClientFailure(
                    ErrorCode.API_ANSWER_HEADERS_TOO_LARGE, "the API's answer is not passed on: " + cause.getMessage());
        }
        if (cause instanceof InvalidAnswerException) {
            return new ClientFailure(
                    ErrorCode.API_ANSWER_INVALID, "the API's answer is not passed on: " + cause.getMessage());
        }
        if (CallFailure.isConnect(cause)) {
            return new ClientFailure(ErrorCode.API_UNREACHABLE, "the API could not be reached");
        }
        if (cause instanceof IOException) {
            return new ClientFailure(ErrorCode.API_BROKEN, "the connection to the API broke");
        }
        return new ClientFailure(ErrorCode.INTERNAL_ERROR, "the portal failed");
    }

    /** What a client may know of a refusal: nothing of the policy. */
    private static ClientFailure of(PolicyViolation violation) {
        return switch (violation.reason()) {
            case ENDPOINT_MALFORMED, ENDPOINT_NOT_ALLOWED, ENDPOINT_FORBIDDEN_HOST, ADDRESS_FORBIDDEN ->
                new ClientFailure(ErrorCode.ENDPOINT_NOT_ALLOWED, "this endpoint is not allowed");
            case METHOD_NOT_ALLOWED ->
                new ClientFailure(ErrorCode.METHOD_NOT_ALLOWED, "this method is not allowed for this client");
            case HEADER_NOT_ALLOWED ->
                new ClientFailure(ErrorCode.HEADER_NOT_ALLOWED, "a header is not allowed for this client");
            case REPLY_TOPIC_NOT_ALLOWED ->
                new ClientFailure(ErrorCode.REPLY_TOPIC_NOT_ALLOWED, "this reply_to is not allowed");
            case SIGNATURE_REQUIRED ->
                new ClientFailure(ErrorCode.SIGNATURE_REQUIRED, "this portal takes signed requests only");
            case SIGNATURE_INVALID ->
                new ClientFailure(ErrorCode.SIGNATURE_INVALID, "the signature is not good: " + violation.detail());
            case SIGNATURE_EXPIRED ->
                new ClientFailure(ErrorCode.SIGNATURE_EXPIRED, "the signature is not good now: " + violation.detail());
            case SIGNATURE_REPLAYED ->
                new ClientFailure(ErrorCode.SIGNATURE_REPLAYED, "a signed START of this job_id was there before");
            case AUTHENTICATION_UNAVAILABLE ->
                new ClientFailure(
                        ErrorCode.AUTHENTICATION_UNAVAILABLE,
                        "the portal cannot look at its clients' keys and policies now");
            case CLIENT_NOT_ALLOWED ->
                new ClientFailure(ErrorCode.CLIENT_NOT_ALLOWED, "this client may not ask for anything");
        };
    }
}
