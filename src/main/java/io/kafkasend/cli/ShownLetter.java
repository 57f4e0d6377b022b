package io.kafkasend.cli;

import io.kafkasend.client.DeadLetterTopic;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        byte[] value = record.value() == null ? new byte[0] : record.value();
        out.println("bytes: " + value.length);
        if (raw == null) {
            out.println("value: " + printable(value));
            return;
        }
        try {
            Files.write(raw, value, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(raw + " cannot be written, or is there already", e);
        }
    }

    private static String printable(byte[] bytes) {
        return bytes == null ? "none" : Printable.of(new String(bytes, StandardCharsets.UTF_8), SHOWN);
    }
}
