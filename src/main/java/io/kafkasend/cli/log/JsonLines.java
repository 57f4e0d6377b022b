package io.kafkasend.cli.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.security.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * Each event as one JSON object on one line: when, how loud, who and what, then the event's own pairs as fields, then the exception
 * where there is one. Texts are escaped as in {@link LogText}, so that they stay harmless when a tool has decoded them; numbers and
 * truth values are JSON's own. Thread-safe.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final Set<String> OWN = Set.of("timestamp", "level", "logger", "thread", "message", "exception");
    private static final byte[] NONE = {};

    private final JsonFactory json = new JsonFactory();
    private final DateTimeFormatter time =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private final ThrowableProxyConverter trace = new ThrowableProxyConverter();

    /** Has the appender of logback.xml write so from now on. */
    static void write(LoggerContext context) {
        if (context.getLogger("ROOT").getAppender("STDERR") instanceof ConsoleAppender<ILoggingEvent> console) {
            JsonLines lines = new JsonLines();
            lines.setContext(context);
            lines.start();
            console.setEncoder(lines);
        }
    }

    @Override
    public void start() {
        trace.setContext(getContext());
        trace.setOptionList(List.of("short")); // as in logback.xml
        trace.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("timestamp", time.format(Instant.ofEpochMilli(event.getTimeStamp())));
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", Printable.line(event.getThreadName()));
            out.writeStringField("message", Printable.line(event.getFormattedMessage()));
            writePairs(event.getKeyValuePairs(), out);
            if (event.getThrowableProxy() != null) {
                out.writeStringField(
                        "exception", Printable.lines(trace.convert(event).stripTrailing()));
            }
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing of it leaves memory
        }
        return line.toByteArray();
    }

    private static void writePairs(List<KeyValuePair> pairs, JsonGenerator out) throws IOException {
        if (pairs == null) {
            return;
        }
        Set<String> names = new HashSet<>(OWN);
        for (KeyValuePair pair : pairs) {
            String name = pair.key;
            while (!names.add(name)) {
                name += "_"; // no name stands twice: readers would keep either value
            }
            out.writeFieldName(name);
            writeValue(pair.value, out);
        }
    }

    private static void writeValue(Object value, JsonGenerator out) throws IOException {
        if (value instanceof Integer || value instanceof Long) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number && Double.isFinite(number)) {
            out.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else {
            out.writeString(Printable.line(String.valueOf(value)));
        }
    }
}
