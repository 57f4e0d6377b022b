package io.kafkasend.protocol;

/** What a portal sends on the response topic. */
public sealed interface ResponseMessage permits ResponseStart, ResponseChunk, ResponseError, ResponseStatus {
    /** The job that the message answers. */
    JobId jobId();

    /** The {@link RequestDigest} of the START that is answered; null from a portal of before the digest. */
    String request();
}
