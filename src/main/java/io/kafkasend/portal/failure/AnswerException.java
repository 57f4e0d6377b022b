package io.kafkasend.portal.failure;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The API's answer ended before its end. */
public final class AnswerException extends UncheckedIOException {
    public AnswerException(IOException cause) {
        super(cause);
    }
}
