package io.kafkasend.portal.report;

import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.Printable;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The one line of the log that each job has at its end, of one form whatever came of it: whose it was, what it asked for, what it
 * brought, and where its time went. Thread-safe.
 */
final class JobEnd {
    private static final Logger LOG = LoggerFactory.getLogger(JobEnd.class);

    private final String address;

    /** What came of a job. */
    enum Outcome {
        /** The API's answer went to the client, whatever its status. */
        ANSWERED("job answered", Level.INFO),
        /** It is not allowed, or not in order, or there is no room for it. */
        REFUSED("job refused", Level.WARN),
        /** Its time was over before its call began. */
        EXPIRED("job expired", Level.WARN),
        /** Its client cancelled it. */
        CANCELLED("job cancelled", Level.INFO),
        /** Anything else. */
        FAILED("job failed", Level.WARN);

        private final String text;
        private final Level level;

        Outcome(String text, Level level) {
            this.text = text;
            this.level = level;
        }

        /** What an error code is, where it is not that of a refusal. */
        static Outcome of(ErrorCode code) {
            return switch (code) {
                case CANCELLED -> CANCELLED;
                case JOB_TIMEOUT, EXPIRED -> EXPIRED;
                case TOO_MANY_JOBS, REQUEST_TOO_LARGE, RATE_LIMITED -> REFUSED;
                default -> FAILED;
            };
        }
    }

    /**
     * A job that ended without an answer, as far as it is known: of one that was refused as it came there is its START alone.
     *
     * @param id its id
     * @param client who signed it; empty where nobody did
     * @param start null where it is not known
     * @param job null where none was opened
     * @param outcome what came of it
     * @param told whether the security log has it already, upon which it is no warning here
     * @param code what its client is told
     * @param reason why, for the operator
     * @param sent whether its client is told
     */
    record Unanswered(
            JobId id,
            Optional<String> client,
            RequestStart start,
            Job job,
            Outcome outcome,
            boolean told,
            ErrorCode code,
            String reason,
            Object sent) {}

    /**
     * @param address where the API is reached
     */
    JobEnd(String address) {
        this.address = address;
    }

    /** Tells of a job that was answered. */
    static void answered(Job job, ApiAnswer answer) {
        if (LOG.isInfoEnabled()) { // what it has is not free
            LoggingEventBuilder line = LOG.atInfo();
            line = asked(line, job.id(), job.caller().clientId(), job.start())
                    .addKeyValue("status", answer == null ? "none" : answer.status());
            traced(spent(line, job), job, job.start()).log(Outcome.ANSWERED.text);
        }
    }

    /** Tells of a job that was not. */
    void unanswered(Unanswered end) {
        Level level = end.told() && end.outcome() == Outcome.REFUSED ? Level.INFO : end.outcome().level;
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder line = asked(LOG.atLevel(level), end.id(), end.client(), end.start())
                .addKeyValue("error_code", end.code())
                .addKeyValue("reason", end.reason())
                .addKeyValue("sent", end.sent());
        if (end.job() != null) {
            if (isApis(end.code())) {
                line = line.addKeyValue("address", address);
            }
            line = spent(line, end.job());
        }
        traced(line, end.job(), end.start()).log(end.outcome().text);
    }

    /** Whether it is the API that failed, and not the token server, whose failures name it. */
    private static boolean isApis(ErrorCode code) {
        return switch (code) {
            case API_UNREACHABLE,
                    API_TIMEOUT,
                    API_BROKEN,
                    API_ANSWER_INVALID,
                    API_ANSWER_HEADERS_TOO_LARGE,
                    ANSWER_INTERRUPTED -> true;
            default -> false;
        };
    }

    private static LoggingEventBuilder asked(
            LoggingEventBuilder line, JobId id, Optional<String> client, RequestStart start) {
        return line.addKeyValue("job_id", id)
                .addKeyValue("client", client.orElse("unsigned"))
                .addKeyValue("method", start == null ? "none" : start.method())
                .addKeyValue("path", start == null ? "none" : Printable.path(start.endpoint()));
    }

    private static LoggingEventBuilder spent(LoggingEventBuilder line, Job job) {
        int twice = job.tally().chunksTwice();
        return (twice == 0 ? line : line.addKeyValue("chunks_twice", twice))
                .addKeyValue("attempts", job.tally().attempts())
                .addKeyValue("bytes_in", job.body().received())
                .addKeyValue("bytes_out", job.tally().answerBytes())
                .addKeyValue("seconds_assembling", seconds(job, Phase.ASSEMBLING))
                .addKeyValue("seconds_waiting", seconds(job, Phase.WAITING))
                .addKeyValue("seconds_calling", seconds(job, Phase.CALLING))
                .addKeyValue("seconds_answering", seconds(job, Phase.ANSWERING));
    }

    /** The portal's own trace, or else the client's; neither is there for most. */
    private static LoggingEventBuilder traced(LoggingEventBuilder line, Job job, RequestStart start) {
        String trace = job != null && job.trace().isPresent()
                ? job.trace().get().traceId()
                : start != null && start.traceparent() != null
                        ? start.traceparent().traceId()
                        : null;
        return trace == null ? line : line.addKeyValue("trace_id", trace);
    }

    private static double seconds(Job job, Phase phase) {
        return job.time().spent(phase).toMillis() / 1_000.0;
    }
}
