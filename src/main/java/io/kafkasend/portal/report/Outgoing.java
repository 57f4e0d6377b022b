package io.kafkasend.portal.report;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.ledger.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * An ERROR, a dead letter or a STATUS on its way to its topic, and what is settled when it is there. It holds nothing of the
 * record that it is about but what is sent. Used by one thread at a time, which its {@link Outbox} sees to.
 */
public final class Outgoing {
    /** What one takes beside its content. */
    private static final int OVERHEAD = 512;
    /** By then the next one is due. */
    private static final long MOST_FLEETING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long number;
    private final String topic;
    private final Job job;
    private final Job told;
    private final LedgerEntry record;
    private final long since = System.nanoTime();
    private final int bytes;
    private final Map<String, Object> headers;
    private final Object body;
    private DeadLetter letter;

    private Outgoing(long number, String topic, Exchange exchange) {
        this.number = number;
        this.topic = topic;
        this.job = JobExchange.of(exchange).job();
        this.told = JobExchange.of(exchange).told();
        this.record = JobExchange.of(exchange).record();
        this.letter = JobExchange.of(exchange).deadLetter();
        this.headers = exchange.getMessage().getHeaders();
        this.body = exchange.getMessage().getBody();
        this.bytes = OVERHEAD + (letter != null ? letter.bytes() : body instanceof byte[] value ? value.length : 0);
    }

    /**
     * What an exchange of the failure route has for a topic.
     *
     * @param number its place among all that go out
     */
    static Outgoing of(long number, String topic, Exchange exchange) {
        return new Outgoing(number, topic, exchange);
    }

    /** Is to be sent in a shorter form, as a dead letter. */
    void shorten(DeadLetter shorter) {
        letter = shorter;
    }

    /** A new attempt to send it. */
    Exchange attempt(CamelContext context) {
        Exchange exchange = new DefaultExchange(context);
        headers.forEach(exchange.getMessage()::setHeader); // a copy: Camel's producer takes orders out
        exchange.getMessage().setBody(body);
        JobExchange about = JobExchange.of(exchange);
        about.job(job);
        about.record(record);
        about.deadLetter(letter);
        return exchange;
    }

    long number() {
        return number;
    }

    String topic() {
        return topic;
    }

    /** The record that it is about, where it is a dead letter. */
    public Optional<DeadLetter> letter() {
        return Optional.ofNullable(letter);
    }

    /** The job that an ERROR ends, for a log. */
    public String jobId() {
        return headers.get(KafkaHeader.KEY) instanceof byte[] key ? new String(key, StandardCharsets.US_ASCII) : "none";
    }

    /** Whether it is a STATUS, which owes nobody anything: it is not sent again, and nothing waits for it. */
    boolean fleeting() {
        return told != null;
    }

    /** Whether it is the end of a job that was under way, rather than what became of a record. */
    boolean endsJob() {
        return job != null;
    }

    /** Whether it is a STATUS that says nothing any more. */
    boolean overtaken() {
        return told != null && (told.state().ended() || age() > MOST_FLEETING_NANOS);
    }

    /** How long it has been on its way, in nanoseconds. */
    long age() {
        return System.nanoTime() - since;
    }

    /** How much memory it takes, in bytes. */
    int bytes() {
        return bytes;
    }
}
