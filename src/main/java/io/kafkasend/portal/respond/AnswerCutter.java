package io.kafkasend.portal.respond;

import io.kafkasend.kafka.Crowd;
import io.kafkasend.portal.body.HeldBytes;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.lifecycle.ErrorCatchingIterator;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.settings.AnswerReaders;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.MessageWriter;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.TextCutter;
import io.kafkasend.protocol.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.hc.core5.http.ContentType;

/**
 * The splitter's expression: an answer becomes records, in windows. Within a window the Kafka producer sends without
 * waiting, until its buffer is full; so the API is read no faster than Kafka takes it, and no more than that buffer is in
 * memory. At a window's end it waits for the broker, so that not much more is read of an answer that the broker refuses.
 *
 * <p>Short answers of a {@link Crowd} may wait for one another; which those are stands in the exchange's property.
 *
 * <p>A short answer goes whole, as old clients expect it; a longer one, and one for which there is no memory at the moment, as
 * it arrives, its totals on the last CHUNK. In JSON,
 * text goes as text only when it is short and certainly UTF-8. Thread-safe.
 */
public final class AnswerCutter {
    /** The most bytes of text that wait for their end, so that they can go as text. */
    private static final int WHOLE_TEXT_BYTES = 8 * 1024 * 1024;
    /** The most binary chunks that wait for their end. */
    private static final int WHOLE_BINARY_CHUNKS = 4;
    /** What is read before room for a whole chunk is made. */
    private static final int SMALL_BYTES = 8_192;
    /**
     * Records that are sent before the broker is waited for: some 128 MiB, so that few answers wait more than once. While
     * it is waited for nothing more is read, and then the producer has to begin anew.
     */
    private static final int WINDOW = 128;

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
        Message answer = exchange.getMessage();
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, List<String>> apart = new LinkedHashMap<>();
        answer.getHeaders().forEach((name, value) -> {
            if (name.startsWith("Camel")) {
                return;
            }
            if (value instanceof List<?> list) {
                List<String> values = list.stream().map(String::valueOf).toList();
                apart.put(name, values);
                headers.put(name, String.join(", ", values));
            } else {
                headers.put(name, String.valueOf(value));
            }
        });
        int status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        InputStream body = answer.getBody(InputStream.class);
        Transfer transfer =
                readers.of(job.start().transfer(), job.caller().replyTopic().isPresent());
        AnswerForm form = AnswerForm.of(writer, job.id(), job.request(), transfer);
        Pieces pieces = new Pieces(
                body == null ? InputStream.nullInputStream() : body,
                form.chunkBytes(),
                job.start().sha256() != null);

        boolean maybeText = text(headers);
        int wholeChunks = maybeText ? WHOLE_TEXT_BYTES / form.chunkBytes() : WHOLE_BINARY_CHUNKS;
        List<byte[]> first = new ArrayList<>();
        Kept kept = new Kept(exchange, job.flow());
        while (first.size() <= wholeChunks && pieces.hasNext() && kept.mayKeep(first, form.chunkBytes())) {
            first.add(pieces.next());
        }
        if (!first.isEmpty() && asItIs(headers)) {
            form = form.compressed(transfer.readsEncodings(), header(headers, "Content-Type"), first.get(0));
        }
        ApiAnswer api = JobExchange.of(exchange).answer();
        Head head = new Head(
                job,
                status,
                api == null ? null : api.bytes(),
                headers,
                transfer.readsHeaderLists() ? apart : Map.of(),
                maybeText,
                form);
        boolean whole = first.size() <= wholeChunks && !pieces.hasNext();
        Iterator<AnswerRecord> values = whole ? whole(head, first, pieces.digest()) : new Stream(head, first, pieces);
        // Not on a client's own topic: one that takes nothing would hold up everybody's answers.
        boolean crowded = whole
                && job.caller().replyTopic().isEmpty()
                && pieces.digest().bytes() <= Crowd.SMALL_BYTES
                && jobs.answersAreCrowded(job);
        JobExchange.of(exchange).batched(crowded);
        byte[] key = job.id().value().getBytes(StandardCharsets.US_ASCII);
        Runnable handedOver = crowded ? () -> jobs.leaveSlot(job) : () -> {};
        return new ErrorCatchingIterator<>(new Windows(job, values, exchange, key, handedOver));
    }

    /** What one answer has of the memory for those that are kept whole; given back with its exchange. */
    private final class Kept extends SynchronizationAdapter {
        private final Exchange exchange;
        private final Flow flow;
        private long bytes;

        Kept(Exchange exchange, Flow flow) {
            this.exchange = exchange;
            this.flow = flow;
        }

        /** Whether a further piece may wait for the answer's end; the first one always may. */
        boolean mayKeep(List<byte[]> pieces, int pieceBytes) {
            if (pieces.isEmpty()) {
                return true;
            }
            if (!keptWhole.take(flow, pieceBytes, keptWhole.limit())) {
                return false;
            }
            if (bytes == 0) {
                exchange.getExchangeExtension().addOnCompletion(this);
            }
            bytes += pieceBytes;
            return true;
        }

        @Override
        public void onDone(Exchange done) {
            keptWhole.free(flow, bytes);
            bytes = 0;
        }
    }

    /**
     * What is known of an answer before its body is read.
     *
     * @param announced how many bytes the API says the body has; null where it does not
     */
    private record Head(
            Job job,
            int status,
            Long announced,
            Map<String, String> headers,
            Map<String, List<String>> apart,
            boolean maybeText,
            AnswerForm form) {
        /** Whether the client is to take it for text: a frame's bytes stay what they are, whatever it makes of them. */
        boolean textInFrames() {
            return maybeText && form.frames();
        }

        boolean maybeTextInJson() {
            return maybeText && !form.frames() && form.encoding() == null;
        }
    }

    private AnswerRecord start(Head head, Integer total, boolean text, BodyDigest whole) {
        return AnswerRecord.json(writer.write(new ResponseStart(
                head.job().id(),
                total,
                head.status(),
                head.headers(),
                text,
                whole == null ? null : whole.crc32(),
                whole == null ? head.announced() : Long.valueOf(whole.bytes()),
                whole == null ? null : whole.sha256(),
                head.form().encoding(),
                head.job().request(),
                head.apart(),
                !head.job().start().form().equals(Form.OF_FILE_ALONE))));
    }

    /** START and CHUNKs, each CHUNK made as it is taken: the body is in memory once, and not its records as well. */
    private Iterator<AnswerRecord> whole(Head head, List<byte[]> chunks, BodyDigest digest) {
        Optional<TextPieces> text = head.maybeTextInJson() ? TextPieces.of(chunks, cutter) : Optional.empty();
        int total = text.map(TextPieces::count).orElse(chunks.size());
        Iterator<AnswerRecord> start = List.of(start(head, total, text.isPresent() || head.textInFrames(), digest))
                .iterator();
        return new Iterator<>() {
            private int sequence;

            @Override
            public boolean hasNext() {
                return start.hasNext() || sequence < total;
            }

            @Override
            public AnswerRecord next() {
                if (start.hasNext()) {
                    return start.next();
                }
                if (sequence == total) {
                    throw new NoSuchElementException();
                }
                int place = sequence++;
                return text.isPresent()
                        ? AnswerRecord.json(writer.textChunk(
                                head.job().id(),
                                place,
                                total,
                                head.job().request(),
                                text.get().next()))
                        : head.form().chunk(place, total, null, null, chunks.get(place));
            }
        };
    }

    /** Whether the headers say text in UTF-8 or ASCII, sent as it is. */
    private static boolean text(Map<String, String> headers) {
        if (!asItIs(headers)) {
            return false;
        }
        try {
            ContentType parsed = ContentType.parse(header(headers, "Content-Type"));
            if (parsed == null || parsed.getMimeType() == null) {
                return false;
            }
            Charset charset = parsed.getCharset();
            boolean unicode = charset == null
                    || charset.equals(StandardCharsets.UTF_8)
                    || charset.equals(StandardCharsets.US_ASCII);
            String mime = parsed.getMimeType().toLowerCase(java.util.Locale.ROOT);
            return unicode
                    && (mime.startsWith("text/")
                            || mime.equals("application/json")
                            || mime.equals("application/xml")
                            || mime.equals("application/javascript")
                            || mime.equals("application/x-www-form-urlencoded")
                            || mime.endsWith("+json")
                            || mime.endsWith("+xml"));
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            return false;
        }
    }

    /** Whether the API itself has not encoded the body. */
    private static boolean asItIs(Map<String, String> headers) {
        String encoding = header(headers, "Content-Encoding");
        return encoding == null || encoding.equalsIgnoreCase("identity");
    }

    /** The header's value; null for none. */
    private static String header(Map<String, String> headers, String name) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    /** The body in pieces of a chunk's size, read one ahead of need; counts and digests them. */
    private static final class Pieces implements Iterator<byte[]> {
        private final InputStream body;
        private final int bytes;
        private final BodyDigest digest;
        private byte[] ahead;

        Pieces(InputStream body, int bytes, boolean withSha256) throws AnswerException {
            this.body = body;
            this.bytes = bytes;
            this.digest = new BodyDigest(withSha256);
            this.ahead = read();
        }

        @Override
        public boolean hasNext() {
            return ahead.length > 0;
        }

        @Override
        public byte[] next() {
            if (ahead.length == 0) {
                throw new NoSuchElementException();
            }
            byte[] piece = ahead;
            digest.update(piece);
            ahead = read();
            return piece;
        }

        BodyDigest digest() {
            return digest;
        }

        /** Most answers are small, and those that are not are read into the array that stays. */
        private byte[] readPiece() throws IOException {
            byte[] small = body.readNBytes(SMALL_BYTES);
            if (small.length < SMALL_BYTES) {
                return small;
            }
            byte[] piece = Arrays.copyOf(small, bytes);
            int length = SMALL_BYTES + body.readNBytes(piece, SMALL_BYTES, piece.length - SMALL_BYTES);
            return length == piece.length ? piece : Arrays.copyOf(piece, length);
        }

        private byte[] read() throws AnswerException {
            try {
                return readPiece();
            } catch (IOException e) {
                throw new AnswerException(e);
            }
        }
    }

    /** A long answer: START at once, CHUNKs as they arrive, the totals on the last. */
    private final class Stream implements Iterator<AnswerRecord> {
        private final AnswerForm form;
        private final Iterator<byte[]> first;
        private final Pieces rest;
        private AnswerRecord start;
        private int sequence;

        Stream(Head head, List<byte[]> first, Pieces rest) {
            this.form = head.form();
            this.first = first.iterator();
            this.rest = rest;
            this.start = start(head, null, head.textInFrames(), null);
        }

        @Override
        public boolean hasNext() {
            return start != null || first.hasNext() || rest.hasNext();
        }

        @Override
        public AnswerRecord next() {
            if (start != null) {
                AnswerRecord value = start;
                start = null;
                return value;
            }
            if (sequence == Limits.CHUNKS) {
                throw new AnswerException(new IOException("the answer has more than " + Limits.CHUNKS + " chunks"));
            }
            byte[] piece = first.hasNext() ? first.next() : rest.next();
            int place = sequence++;
            if (hasNext()) {
                return form.chunk(place, null, null, null, piece);
            }
            BodyDigest digest = rest.digest();
            return form.chunk(place, sequence, digest.crc32(), digest.sha256(), piece);
        }
    }

    /**
     * Groups values into windows of messages that are made while the producer takes them. Stops early if a window was not
     * drained: after a failure Camel's splitter still iterates, but consumes nothing.
     */
    private static final class Windows implements Iterator<Iterable<Message>> {
        private final Job job;
        private final Iterator<AnswerRecord> values;
        private final Exchange exchange;
        private final byte[] key;
        private final Runnable handedOver;
        private Window given;
        private boolean over;

        Windows(Job job, Iterator<AnswerRecord> values, Exchange exchange, byte[] key, Runnable handedOver) {
            this.job = job;
            this.values = values;
            this.exchange = exchange;
            this.key = key;
            this.handedOver = handedOver;
        }

        @Override
        public boolean hasNext() {
            if (given != null && given.begun && !given.ended()) {
                over = true;
            }
            return !over && values.hasNext();
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

        private final class Window implements Iterable<Message>, Iterator<Message> {
            private boolean begun;
            private int taken;
            private Message sent;

            boolean ended() {
                return taken == WINDOW || !values.hasNext();
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
                AnswerRecord value = values.next();
                boolean last = !values.hasNext();
                if (!job.state().maySend(last)) {
                    throw new AnswerException(new IOException("the job has ended"));
                }
                if (last) {
                    handedOver.run();
                }
                Message message = new DefaultMessage(
                        exchange.getContext()); // not of the exchange, which Camel would fail beside the part's own
                message.setHeader(KafkaHeader.KEY, key);
                job.caller().replyTopic().ifPresent(topic -> message.setHeader(KafkaHeader.OVERRIDE_TOPIC, topic));
                value.headers().forEach(message::setHeader);
                message.setBody(value.value());
                job.tally().answer(value.value().length);
                taken++;
                sent = message;
                return message;
            }
        }
    }
}
