package io.kafkasend.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import io.kafkasend.security.Printable;

/** {@code %text(...)} of logback.xml: what is within on one line, whoever wrote it. Thread-safe. */
public final class LogText extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String text) {
        return Printable.line(text);
    }
}
