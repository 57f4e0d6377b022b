package io.kafkasend.http;

/** An answer's head is larger than is read here: see {@link DirectConnections#HEAD_BYTES} and {@link DirectConnections#FIELDS}. */
public final class OversizedHeadException extends InvalidAnswerException {
    private static final long serialVersionUID = 1L;

    OversizedHeadException() {
        super("its head is larger than " + DirectConnections.HEAD_BYTES + " bytes or " + DirectConnections.FIELDS
                + " header fields");
    }
}
