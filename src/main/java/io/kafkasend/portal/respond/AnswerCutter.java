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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The splitter's expression: an answer becomes records, in windows. Within a window the Kafka producer sends without
 * waiting, until its buffer is full; so the API is read no faster than Kafka takes it, and no more than that buffer is in
 * memory. At a window's end it waits for the broker, so that not much more is read of an answer that the broker refuses.
 *
 * <p>Short answers of a {@link Crowd}, and all short ones where the broker is far, may wait for one another; which those are
 * stands in the exchange's property.
 *
 * <p>A short answer goes whole ({@link WholeAnswer}); a longer one, and one for which there is no memory at the moment, as it
 * arrives ({@link StreamedAnswer}). To a client that reads it so, whatever does not end at once goes on as the API sends it ({@link
 * TricklingAnswer}). In JSON, text goes as text only when it is short and certainly UTF-8. Thread-safe.
 */
public final class AnswerCutter {
    /** The most bytes of text that wait for their end, so that they can go as text. */
    private static final int WHOLE_TEXT_BYTES = 8 * 1024 * 1024;
    /** The most binary chunks that wait for their end. */
    private static final int WHOLE_BINARY_CHUNKS = 4;

    /** Within so long after its head an answer ends that goes whole to a client which reads streams. */
    private static final long AT_ONCE_NANOS = 5_000_000;
    /** So seldom the broker is waited for while an answer trickles, and so late it is seen that it takes nothing. */
    private static final long STREAM_WINDOW_NANOS = 1_000_000_000;

    private static final InputStream NONE = InputStream.nullInputStream();

    private final MessageWriter writer = new MessageWriter();
    private final TextCutter cutter = new TextCutter();
    private final Jobs jobs;
    private final HeldBytes keptWhole;
    private final AnswerReaders readers;
    private final ArrivalThreads arrivals;
    private final long atOnceNanos;

    /**
     * @param jobs the jobs under way
     * @param configuration says how much of answers may be kept at a time
     * @param arrivals read answers that trickle
     */
    public AnswerCutter(Jobs jobs, PortalConfiguration configuration, ArrivalThreads arrivals) {
        this(jobs, configuration, arrivals, AT_ONCE_NANOS);
    }

    AnswerCutter(Jobs jobs, PortalConfiguration configuration, ArrivalThreads arrivals, long atOnceNanos) {
        this.atOnceNanos = atOnceNanos;
        this.jobs = jobs;
        this.arrivals = arrivals;
        this.keptWhole = new HeldBytes(configuration.heap().wholeAnswerBytes());
        this.readers = AnswerReaders.of(configuration.settings());
    }

    /** The answer's records, a window at a time; reads the body as the windows are taken. */
    public Iterator<Iterable<Message>> cut(Exchange exchange) throws AnswerException {
        Job job = JobExchange.of(exchange).job();
        Transfer transfer =
                readers.of(job.start().transfer(), job.caller().replyTopic().isPresent());
        AnswerForm form = AnswerForm.of(writer, job.id(), job.request(), transfer);
        InputStream body = body(exchange);
        if (!transfer.readsStream() || isHere(body, announced(exchange))) {
            return whole(exchange, job, transfer, form, body);
        }
        ArrivingBytes arriving = new ArrivingBytes(body, form.chunkBytes(), () -> isWanted(job));
        arrivals.execute(arriving);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                arriving.close();
            }
        });
        if (arriving.endsBy(System.nanoTime() + atOnceNanos)) {
            byte[] all = arriving.take(System.nanoTime()).bytes();
            return whole(exchange, job, transfer, form, new ByteArrayInputStream(all));
        }
        AnswerHeaders headers = AnswerHeaders.of(exchange.getMessage());
        byte[] first = arriving.first();
        if (first.length > 0 && headers.sayAsItIs()) {
            form = form.compressed(transfer.readsEncodings(), headers.contentType(), first);
        }
        Iterator<AnswerRecord> records = new TricklingAnswer(
                head(exchange, job, transfer, form), arriving, job.start().sha256() != null);
        job.time().streams();
        JobExchange.of(exchange).batched(false);
        return new ErrorCatchingIterator<>(
                new RecordWindows(job, records, exchange.getContext(), () -> {}, STREAM_WINDOW_NANOS));
    }

    /** Of an answer that is short, or whose client takes full pieces only. */
    private Iterator<Iterable<Message>> whole(
            Exchange exchange, Job job, Transfer transfer, AnswerForm plain, InputStream body) throws AnswerException {
        AnswerForm form = plain;
        AnswerHeaders headers = AnswerHeaders.of(exchange.getMessage());
        AnswerBytes bytes = new AnswerBytes(body, form.chunkBytes(), job.start().sha256() != null);

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
        AnswerHead head = head(exchange, job, transfer, form);
        boolean whole = first.size() <= wholeChunks && !bytes.hasNext();
        Iterator<AnswerRecord> records =
                whole ? new WholeAnswer(head, first, bytes.digest(), cutter) : new StreamedAnswer(head, first, bytes);
        boolean small = whole && bytes.digest().bytes() <= Crowd.SMALL_BYTES;
        if (small) {
            records = allAtOnce(records);
        }
        boolean toAll = job.caller().replyTopic().isEmpty();
        // Not on a client's own topic: one that takes nothing would hold up everybody's answers.
        boolean waits = small && toAll && jobs.answersMayWait(job);
        JobExchange.of(exchange).batched(waits);
        Runnable handedOver = small && toAll ? () -> jobs.handedOver(job, waits) : () -> {};
        return new ErrorCatchingIterator<>(
                new RecordWindows(job, records, exchange.getContext(), handedOver, Long.MAX_VALUE));
    }

    private AnswerHead head(Exchange exchange, Job job, Transfer transfer, AnswerForm form) {
        AnswerHeaders headers = AnswerHeaders.of(exchange.getMessage());
        return new AnswerHead(
                writer,
                job,
                exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class),
                announced(exchange),
                headers.joined(),
                transfer.readsHeaderLists() ? headers.apart() : Map.of(),
                headers.sayText(),
                JobExchange.of(exchange).droppedHeaders(),
                form);
    }

    /** Whether all of it has come with its head, so that no thread has to wait for it. */
    private static boolean isHere(InputStream body, Long announced) throws AnswerException {
        try {
            return body == NONE || announced != null && body.available() >= announced;
        } catch (IOException e) {
            throw new AnswerException(e);
        }
    }

    /** Of a job whose partition went to another portal that one tells the client that its answer was broken off. */
    private static boolean isWanted(Job job) {
        return !job.state().ended()
                && !job.state().cancelled()
                && !job.records().own().isEmpty();
    }

    private static InputStream body(Exchange exchange) {
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        return body == null ? NONE : body;
    }

    private static Long announced(Exchange exchange) {
        ApiAnswer answer = JobExchange.of(exchange).answer();
        return answer == null ? null : answer.bytes();
    }

    /** Made before the first is sent: whoever sends that meanwhile would leave the others to a request of their own. */
    private static Iterator<AnswerRecord> allAtOnce(Iterator<AnswerRecord> records) {
        List<AnswerRecord> all = new ArrayList<>();
        records.forEachRemaining(all::add);
        return all.iterator();
    }
}
