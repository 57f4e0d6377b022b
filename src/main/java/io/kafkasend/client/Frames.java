package io.kafkasend.client;

/** Which CHUNKs may travel as binary frames: the body's bytes as they are, without JSON and base64. */
public enum Frames {
    /** None: every record is JSON, for those who look at them with tools. */
    NONE,

    /** Those of the answer, if the portal knows frames; others send JSON. A quarter less on the wire. The default. */
    ANSWER,

    /** Those of the request, too. A portal that does not know frames cannot read such a request: it times out. */
    REQUEST_AND_ANSWER
}
