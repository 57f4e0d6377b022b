package io.kafkasend.portal.report;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.kafka.common.header.Header;

/**
 * The step {@code dead-letter}: a record that names no client becomes one of the dead-letter topic: key, value and headers as
 * they came, and in headers of Kafka Connect's names where it stood and what is wrong. One that is too large goes in a reduced
 * form, which says what it lacks. Thread-safe.
 *
 * <p>A record header that cannot go under its own name, because another one has it or because Camel would obey it, goes
 * under {@code kafkasend.header.NUMBER.NAME}.
 */
public final class DeadLetters implements Processor {
    private static final String CONNECT = "__connect.errors.";
    private static final String OWN = "kafkasend.";
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final boolean wanted;
    private final PortalEvents events;
    private final List<Consumer<ErrorCode>> whenWritten = new CopyOnWriteArrayList<>();
    private final AtomicLong restsUntil = new AtomicLong(System.nanoTime());

    /**
     * @param configuration names the topic, or none
     * @param events tells what could not be written
     */
    public DeadLetters(PortalConfiguration configuration, PortalEvents events) {
        this.wanted =
                !configuration.settings().get(KafkaSettings.DEAD_LETTER_TOPIC).isEmpty();
        this.events = events;
    }

    /** Registers who hears of each dead letter that is handed to the broker, and why it is one. */
    public void whenWritten(Consumer<ErrorCode> listener) {
        whenWritten.add(listener);
    }

    /**
     * Whether the record is to be written. Not where no topic is set; nor for a while after the topic did not take one, since each
     * such attempt takes seconds: then the log is all there is.
     */
    public boolean isDue(Exchange exchange) {
        DeadLetter letter = JobExchange.of(exchange).deadLetter();
        if (!wanted || letter == null) {
            return false;
        }
        if (rests()) {
            unburied(letter, "dead letters could not be written of late");
            return false;
        }
        return true;
    }

    /** Whether the topic is left alone for now. */
    boolean rests() {
        return System.nanoTime() - restsUntil.get() < 0;
    }

    @Override
    public void process(Exchange exchange) {
        JobExchange.of(exchange).together().forEach(this::write);
    }

    private void write(Exchange exchange) {
        DeadLetter letter = JobExchange.of(exchange).deadLetter();
        whenWritten.forEach(listener -> listener.accept(letter.reason().code()));
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(letter.value());
        putOriginals(letter, message);
        put(message, CONNECT + "topic", letter.topic());
        put(message, CONNECT + "partition", letter.partition());
        put(message, CONNECT + "offset", letter.offset());
        put(message, CONNECT + "exception.message", letter.reason().getMessage());
        put(message, OWN + "error_code", letter.reason().code());
        if (letter.timestamp() != null) {
            put(message, OWN + "timestamp", letter.timestamp());
        }
        if (letter.key() != null) {
            message.setHeader(KafkaHeader.KEY, letter.key());
        }
        if (letter.cut() != null) {
            putCut(letter, message);
        }
    }

    private static void putCut(DeadLetter letter, Message message) {
        DeadLetter.Cut cut = letter.cut();
        put(message, OWN + "cut.headers", cut.headers());
        put(
                message,
                OWN + "cut.headers.dropped",
                cut.headers() - letter.headers().size());
        put(message, OWN + "cut.key.bytes", cut.keyBytes());
        put(message, OWN + "cut.value.bytes", cut.valueBytes());
        put(message, OWN + "cut.value.dropped", cut.valueBytes() - letter.value().length);
        put(message, OWN + "cut.sha256", cut.digest());
    }

    private static void putOriginals(DeadLetter letter, Message message) {
        Set<String> taken = new HashSet<>(); // Camel's own map of headers ignores case
        int number = 0;
        for (Header header : letter.headers()) {
            String name = header.key();
            String lower = name.toLowerCase(Locale.ROOT);
            boolean own = lower.startsWith(OWN) || lower.startsWith(CONNECT);
            boolean asItIs = !name.isEmpty() && !own && !DeadLetterHeaders.isOrder(name) && taken.add(lower);
            byte[] value = header.value() == null ? new byte[0] : header.value();
            message.setHeader(asItIs ? name : OWN + "header." + number + "." + name, value);
            number++;
        }
    }

    private static void put(Message message, String name, Object value) {
        message.setHeader(name, String.valueOf(value).getBytes(StandardCharsets.UTF_8));
    }

    /** Notes that the topic did not take one, and is to be left alone for a while. */
    void failed(DeadLetter letter, Throwable cause) {
        restsUntil.set(System.nanoTime() + REST_NANOS);
        unburied(letter, Refusal.orShown(cause));
    }

    /** Tells of one that is not written. */
    void unburied(DeadLetter letter, String why) {
        events.unburied(letter, letter.reason().code(), why);
    }
}
