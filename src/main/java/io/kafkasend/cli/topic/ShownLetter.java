package io.kafkasend.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.client.DeadLetterTopic;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A dead letter for a person's eyes: nothing of it can do anything to a terminal. Apart from the command, which Kafka's
 * classes would slow down where only its help is asked for. */
final class ShownLetter {
    private static final int SHOWN = 4_000;

    private final ConsumerRecord<byte[], byte[]> record;

    ShownLetter(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
    }

    /**
     * Prints headers and key, and the value, or that into a file.
     *
     * @param raw a file that is not there yet, or null
     */
    void print(PrintStream out, Path raw) throws IOException {
        for (Header header : record.headers()) {
            out.println(Printable.of(header.key(), SHOWN) + ": " + printable(header.value()));
        }
        DeadLetterTopic.lacking(record).ifPresent(line -> out.println("reduced: " + Printable.of(line, SHOWN)));
        out.println("key: " + printable(record.key()));
        out.println("bytes: " + value().length);
        if (raw == null) {
            out.println("value: " + printable(value()));
        } else {
            save(raw);
        }
    }

    /**
     * Writes the value into a file.
     *
     * @param raw a file that is not there yet, or null for none
     */
    void save(Path raw) throws IOException {
        if (raw == null) {
            return;
        }
        try {
            Files.write(raw, value(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(raw + " cannot be written, or is there already", e);
        }
    }

    /**
     * Writes all of it as JSON: what is UTF-8 as text, other bytes in base64.
     *
     * @param raw where the value is; or null
     */
    void write(JsonGenerator json, DeadLetterTopic.Place place, Path raw) throws IOException {
        json.writeObjectFieldStart("dead_letter");
        json.writeStringField("place", place.toString());
        json.writeStringField("time", Instant.ofEpochMilli(record.timestamp()).toString());
        json.writeStringField("reduced", DeadLetterTopic.lacking(record).orElse(null));
        json.writeArrayFieldStart("headers");
        for (Header header : record.headers()) {
            json.writeStartObject();
            json.writeStringField("name", header.key());
            write(json, "value", header.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        write(json, "key", record.key());
        json.writeNumberField("bytes", value().length);
        if (raw == null) {
            write(json, "value", record.value());
        } else {
            json.writeStringField("output", raw.toString());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, byte[] bytes) throws IOException {
        String text = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
        if (text == null || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            json.writeStringField(name, text);
        } else {
            json.writeBinaryField(name + "_base64", bytes);
        }
    }

    private byte[] value() {
        return record.value() == null ? new byte[0] : record.value();
    }

    private static String printable(byte[] bytes) {
        return bytes == null ? "none" : Printable.of(new String(bytes, StandardCharsets.UTF_8), SHOWN);
    }
}
