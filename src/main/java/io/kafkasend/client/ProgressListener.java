package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Told how a job gets on. Called from the client's threads, one call at a time for each of the two directions, so an
 * upload's and a download's may overlap when an answer comes early. A method must return at once; what it throws is
 * logged and otherwise ignored.
 */
public interface ProgressListener {
    /** The job has its id, and is about to be sent. */
    default void started(JobId jobId) {}

    /**
     * The job was begun before, and is gone on with: see {@link Request.Builder#resumable}. What the portal has is not sent again, and
     * counts as {@link #uploaded}.
     *
     * @param bytes so much of the body the portal has; empty where none says so within half a minute, upon which all of it is sent again
     * @param total the body's length
     */
    default void resumed(OptionalLong bytes, long total) {}

    /**
     * The broker holds so much of the request's body.
     *
     * @param bytes acknowledged so far; never decreases within a job
     * @param total the body's length
     */
    default void uploaded(long bytes, long total) {}

    /**
     * The answer begins.
     *
     * @param status the API's HTTP status, 100 to 599
     */
    default void answering(int status) {}

    /**
     * The answer begins, and its head is there: called in place of {@link #answering(int)}, which it calls unless it is
     * overridden.
     *
     * @param status the API's HTTP status, 100 to 599
     * @param headers the API's headers, in the order that the portal sent, each with its values
     */
    default void answering(int status, Map<String, List<String>> headers) {
        answering(status);
    }

    /**
     * So much of the answer's body has come. It begins anew when the portal does.
     *
     * @param bytes written to the target so far
     * @param totalOrNull the body's length, or null where the portal did not say
     */
    default void downloaded(long bytes, Long totalOrNull) {}

    /**
     * The job failed, and the request is sent again after a while, as a new job: {@link #started} tells its id, and all
     * begins anew.
     *
     * @param retry which one, from 1
     * @param retries how many there may be
     * @param wait until then
     * @param failure why
     */
    default void retrying(int retry, int retries, Duration wait, JobFailedException failure) {}

    /**
     * Whether {@link #stage} and {@link #unheard} are wanted; asked once, before a job is sent. Portals are asked to tell, and
     * Kafka whether there are any, only then.
     */
    default boolean wantsStages() {
        return false;
    }

    /**
     * A portal says how far the job is, before its answer begins. It need not: one that is old, or that answers on a topic
     * which old clients read, too, says nothing; nor does it of a job that is over within a second.
     *
     * @param status of a stage that is known
     */
    default void stage(ResponseStatus status) {}

    /**
     * No portal has said anything of the job for ten seconds, or half of its time where that is less, and then for each half
     * minute: so Kafka was asked whether there is one.
     *
     * @param portals how many members the portals' consumer group has; empty where Kafka does not say, as to who may not
     *     describe the group
     */
    default void unheard(OptionalInt portals) {}

    /** A listener that does nothing. */
    static ProgressListener none() {
        return new ProgressListener() {};
    }
}
