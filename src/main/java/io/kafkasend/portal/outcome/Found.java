package io.kafkasend.portal.outcome;

/** What a job's client has of an answer. */
public enum Found {
    /** None, or one that begins anew. */
    NOTHING,

    /** The begin of one that streams: its reader may have made use of that, so that another cannot take its place. */
    STREAM,

    /** All of it, or an ERROR. */
    WHOLE
}
