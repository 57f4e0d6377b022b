package io.kafkasend.portal.respond;

import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.kafka.KafkaHeader;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * Groups records into windows of messages that are made while the producer takes them. Stops early if a window was not
 * drained: after a failure Camel's splitter still iterates, but consumes nothing. A record goes out only while its job may
 * send one. Not thread-safe.
 */
final class RecordWindows implements Iterator<Iterable<Message>> {
    /**
     * Records that are sent before the broker is waited for: some 128 MiB, so that few answers wait more than once. While
     * it is waited for nothing more is read, and then the producer has to begin anew.
     */
    private static final int WINDOW = 128;

    private final Job job;
    private final Iterator<AnswerRecord> records;
    private final CamelContext context;
    private final byte[] key;
    private final Runnable handedOver;
    private final long longestNanos;
    private Window given;
    private boolean over;

    /**
     * @param records the answer's
     * @param handedOver is done when the last record is about to go to the producer
     * @param longestNanos how long a window may take while records still come
     */
    RecordWindows(
            Job job, Iterator<AnswerRecord> records, CamelContext context, Runnable handedOver, long longestNanos) {
        this.job = job;
        this.records = records;
        this.context = context;
        this.key = job.id().key();
        this.handedOver = handedOver;
        this.longestNanos = longestNanos;
    }

    @Override
    public boolean hasNext() {
        if (given != null && given.begun && !given.ended()) {
            over = true;
        }
        return !over && records.hasNext();
    }

    @Override
    public Iterable<Message> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        over = given != null && !given.ended();
        given = new Window();
        return given;
    }

    private AnswerRecord take() {
        AnswerRecord record = records.next();
        boolean last = !records.hasNext();
        if (!job.state().maySend(last)) {
            throw new AnswerException(new IOException("the job has ended"));
        }
        if (last) {
            handedOver.run();
        }
        job.tally().answer(record.value().length);
        return record;
    }

    private Message message(AnswerRecord record) {
        Message message =
                new DefaultMessage(context); // not of the exchange, which Camel would fail beside the part's own
        message.setHeader(KafkaHeader.KEY, key);
        job.caller().replyTopic().ifPresent(topic -> message.setHeader(KafkaHeader.OVERRIDE_TOPIC, topic));
        record.headers().forEach(message::setHeader);
        message.setBody(record.value());
        return message;
    }

    private final class Window implements Iterable<Message>, Iterator<Message> {
        private final long since = System.nanoTime();
        private boolean begun;
        private boolean expired;
        private int taken;
        private Message sent;

        boolean ended() {
            return taken == WINDOW || expired || !records.hasNext();
        }

        @Override
        public Iterator<Message> iterator() {
            begun = true;
            return this;
        }

        @Override
        public boolean hasNext() {
            return !over && !ended();
        }

        @Override
        public Message next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (sent != null) {
                sent.setBody(null); // the producer has copied it, and Camel keeps the message to the window's end
            }
            sent = message(take());
            taken++;
            expired = System.nanoTime() - since > longestNanos;
            return sent;
        }
    }
}
