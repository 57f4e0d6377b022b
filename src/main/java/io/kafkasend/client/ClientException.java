package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import java.util.Optional;

/**
 * Why a request has no answer, in one line that is fit for a user: what is wrong, what was got, what is accepted. The
 * cause, where there is one, is for the log.
 */
public class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. Names are stable. */
    public enum Kind {
        /** The client's own settings are no good, or Kafka's client refuses one of them. */
        SETTINGS,
        /** No broker answers at the bootstrap addresses, or it no longer acknowledges. */
        NO_BROKER,
        /** The broker refuses the client's credentials or certificate, or its certificate is not trusted. */
        AUTHENTICATION,
        /** The broker knows the client and forbids what it asks for. */
        AUTHORIZATION,
        /** The request topic or the response topic does not exist; clients never create one by sending. */
        NO_TOPIC,
        /** The broker takes only smaller records than the protocol's. */
        RECORD_TOO_LARGE,
        /** The request's body cannot be read, is too large, or changed while it was being sent. */
        BODY,
        /** The answer cannot be written to its target, or is too large for it. */
        TARGET,
        /** The answer came, and is not what the portal sent: a checksum or a length differs. */
        CORRUPT,
        /** The answer breaks the protocol. */
        PROTOCOL,
        /** The portal is older than what the request needs, and has made another call than was asked for. */
        OLD_PORTAL,
        /** The portal reported an ERROR; see {@link JobFailedException}. */
        JOB_FAILED,
        /** The job's deadline passed. */
        TIMED_OUT,
        /** The client was closed. */
        CLOSED,
        /** Kafka failed in another way. */
        KAFKA
    }

    private final Kind kind;
    private final transient JobId jobId;

    /**
     * @param kind what kind of failure it is
     * @param jobId the job, or null where the failure is not of one job
     * @param message one line
     * @param cause for the log; or null
     */
    public ClientException(Kind kind, JobId jobId, String message, Throwable cause) {
        super(oneLine(message), cause);
        this.kind = kind;
        this.jobId = jobId;
    }

    ClientException(Kind kind, String message) {
        this(kind, null, message, null);
    }

    ClientException(Kind kind, String message, Throwable cause) {
        this(kind, null, message, cause);
    }

    static ClientException notKept(JobId job, String what, Exception cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new ClientException(Kind.SETTINGS, job, what + " was not kept, and nothing was sent: " + reason, cause);
    }

    static ClientException withoutForm(JobId job, int status) {
        return new ClientException(
                Kind.OLD_PORTAL,
                job,
                "the portal is too old for form fields: the API got the file in a field named file, without the other"
                        + " fields, and answered " + status + "; have the portal updated",
                null);
    }

    /** What kind of failure it is. */
    public final Kind kind() {
        return kind;
    }

    /** The job that failed; empty when it is the connection that did. */
    public final Optional<JobId> jobId() {
        return Optional.ofNullable(jobId);
    }

    private static String oneLine(String text) {
        return text == null ? "no reason given" : text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
