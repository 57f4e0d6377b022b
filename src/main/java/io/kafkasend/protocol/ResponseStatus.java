package io.kafkasend.protocol;

import java.util.Optional;

/**
 * How far a job is, told to a client that asked for it. It is no outcome, and none may be made of it. Immutable.
 *
 * @param jobId the correlation id
 * @param stage where the job is, by {@link JobStage#token} or by a newer portal's name
 * @param seconds how long it has been there, 0 or more
 * @param totalChunks how many chunks the request has; or null
 * @param receivedChunks how many of them have come; or null
 * @param nextSequence the lowest sequence that has not come; or null
 * @param received which of them have come, as far as the portal says so; or null
 * @param startOffset of the newest record of this START that the portal has read, which all of this is known at; or null
 * @param before how many jobs are called before this one, as it looks now; or null
 * @param awaits what a call waits for: {@link #TOKEN}, {@link #API}, {@link #RETRY} or what a newer portal says; or null
 * @param attempt which attempt at the API it is, from 1; or null
 * @param code why the attempt before it failed, an {@link ErrorCode} name or a newer portal's; or null
 * @param request the {@link RequestDigest} of the START that this is about; or null
 */
public record ResponseStatus(
        JobId jobId,
        String stage,
        long seconds,
        Integer totalChunks,
        Integer receivedChunks,
        Integer nextSequence,
        SequenceRanges received,
        Long startOffset,
        Integer before,
        String awaits,
        Integer attempt,
        String code,
        String request)
        implements ResponseMessage {
    /** What a call awaits that has no access token yet. */
    public static final String TOKEN = "token";

    /** What a call awaits that the API does not answer yet. */
    public static final String API = "api";

    /** What a call awaits that has failed and is made again after a while. */
    public static final String RETRY = "retry";

    /** That of a portal which says neither which chunks have come, nor when it knew. */
    public ResponseStatus(
            JobId jobId,
            String stage,
            long seconds,
            Integer totalChunks,
            Integer receivedChunks,
            Integer nextSequence,
            Integer before,
            String awaits,
            Integer attempt,
            String code,
            String request) {
        this(
                jobId,
                stage,
                seconds,
                totalChunks,
                receivedChunks,
                nextSequence,
                null,
                null,
                before,
                awaits,
                attempt,
                code,
                request);
    }

    /** Where the job is; empty where this version knows no such stage, upon which the message is to be ignored. */
    public Optional<JobStage> known() {
        return JobStage.named(stage);
    }
}
