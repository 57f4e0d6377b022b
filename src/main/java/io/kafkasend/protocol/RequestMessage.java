package io.kafkasend.protocol;

/** What a client sends on the request topic. */
public sealed interface RequestMessage permits RequestStart, RequestChunk, RequestCancel {
    /** The job that the message belongs to. */
    JobId jobId();
}
