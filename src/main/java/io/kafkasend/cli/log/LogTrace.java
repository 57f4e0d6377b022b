package io.kafkasend.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import io.kafkasend.security.Printable;
import java.util.stream.Collectors;

/**
 * {@code %trace(...)} of logback.xml: a stack trace, every line of it indented, so that no message within it can pass for a
 * line of the log. Thread-safe.
 */
public final class LogTrace extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String trace) {
        return indented(trace);
    }

    /** The lines, each escaped and after a tab. */
    public static String indented(String trace) {
        return trace.lines()
                .map(line -> "\t" + Printable.line(line.strip()) + System.lineSeparator())
                .collect(Collectors.joining());
    }
}
