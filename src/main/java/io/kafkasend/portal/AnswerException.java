package io.kafkasend.portal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The API's answer ended before its end. */
final class AnswerException extends UncheckedIOException {
    AnswerException(IOException cause) {
        super(cause);
    }
}
