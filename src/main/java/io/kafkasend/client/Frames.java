package io.kafkasend.client;

/** Which CHUNKs may travel as binary frames: the body's bytes as they are, without JSON and base64. */
public enum Frames {
    /** None: every record is JSON, for those who look at them with tools. */
    NONE,

    /**
     * Those of the answer, if the portal knows frames and may write them: to a reply topic, or where its operator says that all
     * readers of its own topic know them. It sends JSON otherwise. A quarter less on the wire. The default.
     */
    ANSWER,

    /**
     * Those of the request, too. One such request stops an old portal for good, on all partitions: ask for this only where every
     * portal of the request topic knows frames.
     */
    REQUEST_AND_ANSWER
}
