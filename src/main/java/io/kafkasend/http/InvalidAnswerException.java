package io.kafkasend.http;

import java.io.IOException;

/**
 * What a server sent is no HTTP/1 answer that could be passed on. The server was there and did answer: to ask again would bring
 * the same. The message is in our own words and repeats nothing that was sent but a number.
 */
public sealed class InvalidAnswerException extends IOException permits OversizedHeadException {
    private static final long serialVersionUID = 1L;

    /**
     * @param fault what is wrong with the answer, in half a sentence
     */
    public InvalidAnswerException(String fault) {
        super(fault);
    }
}
