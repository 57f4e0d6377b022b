package io.kafkasend.cli.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.kafkasend.security.Printable;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.event.KeyValuePair;

/**
 * {@code %pairs} of logback.xml: {@code key="value"} with spaces between. A value cannot end its quotes, as it can with
 * logback's own {@code %kvp}: a quote within becomes an escape. Thread-safe.
 */
public final class LogPairs extends ClassicConverter {
    private static final String QUOTE = "\\u0022";

    @Override
    public String convert(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return pairs == null
                ? ""
                : pairs.stream()
                        .map(pair -> pair.key + "=\"" + quotable(String.valueOf(pair.value)) + "\"")
                        .collect(Collectors.joining(" "));
    }

    private static String quotable(String value) {
        return Printable.line(value).replace("\"", QUOTE);
    }
}
