package io.kafkasend.portal.respond;

import io.kafkasend.kafka.Crowd;
import io.kafkasend.portal.body.HeldBytes;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.lifecycle.ErrorCatchingIterator;
import io.kafkasend.portal.settings.AnswerReaders;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.MessageWriter;
import io.kafkasend.protocol.codec.TextCutter;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The splitter's expression: an answer becomes records, in windows. Within a window the Kafka producer sends without
 * waiting, until its buffer is full; so the API is read no faster than Kafka takes it, and no more than that buffer is in
 * memory. At a window's end it waits for the broker, so that not much more is read of an answer that the broker refuses.
 *
 * <p>Short answers of a {@link Crowd} may wait for one another; which those are stands in the exchange's property.
 *
 * <p>A short answer goes whole ({@link WholeAnswer}); a longer one, and one for which there is no memory at the moment, as it
 * arrives ({@link StreamedAnswer}). In JSON, text goes as text only when it is short and certainly UTF-8. Thread-safe.
 */
public final class AnswerCutter {
    /** The most bytes of text that wait for their end, so that they can go as text. */
    private static final int WHOLE_TEXT_BYTES = 8 * 1024 * 1024;
    /** The most binary chunks that wait for their end. */
    private static final int WHOLE_BINARY_CHUNKS = 4;

    private final MessageWriter writer = new MessageWriter();
    private final TextCutter cutter = new TextCutter();
    private final Jobs jobs;
    private final HeldBytes keptWhole;
    private final AnswerReaders readers;

    /**
     * @param jobs the jobs under way
     * @param configuration says how much of answers may be kept at a time
     */
    public AnswerCutter(Jobs jobs, PortalConfiguration configuration) {
        this.jobs = jobs;
        this.keptWhole = new HeldBytes(configuration.heap().wholeAnswerBytes());
        this.readers = AnswerReaders.of(configuration.settings());
    }

    /** The answer's records, a window at a time; reads the body as the windows are taken. */
    public Iterator<Iterable<Message>> cut(Exchange exchange) throws AnswerException {
        Job job = JobExchange.of(exchange).job();
        AnswerHeaders headers = AnswerHeaders.of(exchange.getMessage());
        Transfer transfer =
                readers.of(job.start().transfer(), job.caller().replyTopic().isPresent());
        AnswerForm form = AnswerForm.of(writer, job.id(), job.request(), transfer);
        AnswerBytes bytes =
                new AnswerBytes(body(exchange), form.chunkBytes(), job.start().sha256() != null);

        boolean maybeText = headers.sayText();
        int wholeChunks = maybeText ? WHOLE_TEXT_BYTES / form.chunkBytes() : WHOLE_BINARY_CHUNKS;
        WholeAnswerMemory memory = new WholeAnswerMemory(keptWhole, exchange, job.flow());
        List<byte[]> first = new ArrayList<>();
        while (first.size() <= wholeChunks && bytes.hasNext() && memory.mayKeep(first, form.chunkBytes())) {
            first.add(bytes.next());
        }
        if (!first.isEmpty() && headers.sayAsItIs()) {
            form = form.compressed(transfer.readsEncodings(), headers.contentType(), first.get(0));
        }
        AnswerHead head = new AnswerHead(
                writer,
                job,
                exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class),
                announced(exchange),
                headers.joined(),
                transfer.readsHeaderLists() ? headers.apart() : Map.of(),
                maybeText,
                JobExchange.of(exchange).droppedHeaders(),
                form);
        boolean whole = first.size() <= wholeChunks && !bytes.hasNext();
        Iterator<AnswerRecord> records =
                whole ? new WholeAnswer(head, first, bytes.digest(), cutter) : new StreamedAnswer(head, first, bytes);
        boolean crowded = whole && isCrowded(job, bytes.digest().bytes());
        JobExchange.of(exchange).batched(crowded);
        Runnable handedOver = crowded ? () -> jobs.leaveSlot(job) : () -> {};
        return new ErrorCatchingIterator<>(new RecordWindows(job, records, exchange.getContext(), handedOver));
    }

    private static InputStream body(Exchange exchange) {
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        return body == null ? InputStream.nullInputStream() : body;
    }

    private static Long announced(Exchange exchange) {
        ApiAnswer answer = JobExchange.of(exchange).answer();
        return answer == null ? null : answer.bytes();
    }

    /** Not on a client's own topic: one that takes nothing would hold up everybody's answers. */
    private boolean isCrowded(Job job, long bytes) {
        return job.caller().replyTopic().isEmpty() && bytes <= Crowd.SMALL_BYTES && jobs.answersAreCrowded(job);
    }
}
