package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.kafka.Crowd;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one job's request: reads the body for its checksums, which needs no connection, then again in chunks, pipelined; one
 * that can be read but once without them. Run once.
 */
final class Upload implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    /** Not longer, whatever the deadline: a portal that has just started cannot tell a copy from the request. */
    private static final int MOST_SIGNATURE_SECONDS = 900;

    private final MessageWriter writer = new MessageWriter();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger(1); // records without an outcome, and the upload itself
    private final Job job;
    private final ClientSettings settings;
    private final Future<Void> ready;
    private final Producers producers;
    private final IntSupplier underWay;
    private final Semaphore room;
    private final Executor pool;
    private final BiFunction<Throwable, Integer, ClientException> explain;
    private final byte[] key;
    private final boolean frames;
    private final int chunkBytes;
    private Producer<byte[], byte[]> producer; // chosen when the body's size is known

    /**
     * @param ready ends when an answer can be received; nothing is sent before
     * @param underWay tells how many jobs are, this one included
     * @param room taken until the broker has the request, or refuses it
     * @param pool where failures are looked into, away from the producer's own thread
     * @param explain says what went wrong, given the size of the record
     */
    Upload(
            Job job,
            ClientSettings settings,
            Future<Void> ready,
            Producers producers,
            IntSupplier underWay,
            Semaphore room,
            Executor pool,
            BiFunction<Throwable, Integer, ClientException> explain) {
        this.job = job;
        this.settings = settings;
        this.ready = ready;
        this.producers = producers;
        this.underWay = underWay;
        this.room = room;
        this.pool = pool;
        this.explain = explain;
        this.key = job.id().key();
        this.frames = job.request().frames() == Frames.REQUEST_AND_ANSWER;
        this.chunkBytes = frames ? Limits.FRAME_BYTES : Limits.CHUNK_BYTES;
    }

    @Override
    public void run() {
        if (job.ended()) {
            return;
        }
        try {
            room.acquire();
        } catch (InterruptedException e) {
            return; // the job has ended
        }
        try {
            upload();
        } finally {
            leave();
        }
    }

    private void upload() {
        try (Body.Source body = job.body().open()) {
            if (send(body)) {
                job.window().whenEmpty(job::sent); // no thread of the few waits for the broker
            }
        } catch (InterruptedException | InterruptException | ClosedByInterruptException e) {
            job.fail(new ClientException(Kind.CLOSED, job.id(), "the client was closed", e));
        } catch (IOException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            job.fail(new ClientException(Kind.BODY, job.id(), "the body cannot be read: " + message, e));
        } catch (ExecutionException | RuntimeException | Error e) {
            job.fail(explain.apply(e, 0));
        }
    }

    /** The upload's own end, or that of a record: the last one makes room, however the job fares meanwhile. */
    private void leave() {
        if (open.decrementAndGet() == 0) {
            room.release();
        }
    }

    /** Whether everything was handed to the producer; false when the job has ended before. */
    private boolean send(Body.Source body) throws IOException, InterruptedException, ExecutionException {
        OptionalLong passing = body.passing();
        if (passing.isPresent() && job.withSha256()) {
            throw new IOException(
                    "its SHA-256 would have to be sent ahead of it, and it is read only while it is sent");
        }
        BodyDigest announced = passing.isPresent() ? null : digest(body.fromStart());
        if (announced == null && passing.isEmpty()) {
            return false;
        }
        long total = passing.orElseGet(() -> announced.bytes());
        long chunks = Limits.chunksFor(total, chunkBytes);
        if (chunks > Limits.CHUNKS) {
            throw new IOException("it has " + total + " bytes, and a request takes " + (long) Limits.CHUNKS * chunkBytes
                    + " at most");
        }
        if (chunks > 0 && !job.request().method().mayHaveBody()) {
            throw new IOException("a " + job.request().method() + " request may not have a body");
        }
        producer = total <= Crowd.SMALL_BYTES ? producers.forSmall(underWay.getAsInt()) : producers.prompt();
        ready.get();
        job.listener().started(job.id());
        job.sentBy(producer);
        ContentEncoding compression = compression(body);
        byte[] start = start(total, announced, (int) chunks, compression);
        String request = RequestDigest.of(start);
        tell(request);
        job.bindTo(request);
        if (!send(start, Map.of(), 0, total)) {
            return false;
        }
        job.startSent();
        BodyDigest read = new BodyDigest(false);
        InputStream in = body.fromStart();
        // Again and again, both: the producer copies what it is given.
        byte[] data = new byte[(int) Math.min(total, chunkBytes)];
        byte[] value = null;
        for (int sequence = 0; sequence < chunks; sequence++) {
            boolean last = sequence == chunks - 1;
            if (last) {
                data = new byte[(int) (total - (chunks - 1) * chunkBytes)];
            }
            int length = in.readNBytes(data, 0, data.length);
            if (!body.fixed()) {
                read.update(data, 0, length);
                // Before the last chunk is sent, so that the portal never gets a whole body that is not the announced
                // one.
                if (length < data.length && announced == null) {
                    throw new IOException("it ended after " + read.bytes() + " of " + total + " bytes");
                }
                if (last
                        && (read.bytes() != total
                                || announced != null && read.crc32() != announced.crc32()
                                || in.read() >= 0)) {
                    throw new IOException("it changed while it was being sent");
                }
            }
            byte[] encoded = compression == null ? data : compression.encode(data);
            boolean sent;
            if (frames) {
                sent = send(
                        encoded, FrameHeaders.chunk(sequence, (int) chunks, null, null, request), data.length, total);
            } else {
                value = writer.requestChunk(job.id(), sequence, (int) chunks, request, encoded, value);
                sent = send(value, Map.of(), data.length, total);
            }
            if (!sent) {
                return false;
            }
        }
        return true;
    }

    private void tell(String digest) {
        Receipt receipt = new Receipt(job.id(), digest, job.secret(), settings.answerTopic(), Instant.now());
        try {
            job.request().tell(receipt);
        } catch (RuntimeException e) {
            throw new ClientException(
                    Kind.SETTINGS, job.id(), "the receipt was not kept, and nothing was sent: " + e.getMessage(), e);
        }
    }

    /** How the chunks are compressed: as is asked, where it pays; null for not at all. */
    private ContentEncoding compression(Body.Source body) throws IOException {
        ContentEncoding asked = job.request().compression().orElse(null);
        return asked != null
                        && body.passing().isEmpty()
                        && asked.pays(body.fromStart().readNBytes(ContentEncoding.SAMPLE_BYTES))
                ? asked
                : null;
    }

    private BodyDigest digest(InputStream in) throws IOException {
        BodyDigest digest = new BodyDigest(job.withSha256());
        byte[] buffer = new byte[Math.max(1 << 9, Math.min(1 << 16, in.available()))]; // most requests have no body
        int length;
        while ((length = in.read(buffer)) >= 0) {
            if (job.ended()) {
                return null;
            }
            digest.update(buffer, 0, length);
        }
        return digest;
    }

    /** @param digest null where the body is read only while it is sent */
    private byte[] start(long total, BodyDigest digest, int chunks, ContentEncoding compression) {
        Request request = job.request();
        JobId id = job.id();
        SigningKey signingKey = settings.signingKey();
        RequestStart start = new RequestStart(
                id,
                chunks,
                request.method(),
                request.endpoint(),
                request.headers(),
                request.filename().orElse(null),
                request.contentType().orElse(null),
                digest == null ? null : digest.crc32(),
                total,
                digest == null ? null : digest.sha256(),
                job.time().secondsLeft(),
                Instant.now().getEpochSecond() + job.time().secondsLeft(),
                job.wantsStream() ? job.time().secondsOfStreamLeft() : null,
                transfer(chunks > 0, compression),
                signingKey == null ? null : signingKey.clientId(),
                settings.replyTo(),
                RequestDigest.ofSecret(job.secret()),
                request.form(),
                request.traceparent().orElse(null),
                null);
        return writer.write(signingKey == null ? start : signed(start, signingKey));
    }

    /** Signs START for one partition, which all of the job's records then go to. */
    private RequestStart signed(RequestStart start, SigningKey signingKey) {
        int partition = BuiltInPartitioner.partitionForKey(key, partitions());
        job.sentTo(partition);
        long now = Instant.now().getEpochSecond();
        long expires = now + Math.min(job.time().secondsLeft(), MOST_SIGNATURE_SECONDS);
        RequestStart signed = signingKey.sign(start, now, expires, settings.requestTopic(), partition);
        if (signed.signature().length() > Limits.SIGNATURE_CHARS) {
            throw new ClientException(
                    Kind.SETTINGS,
                    job.id(),
                    "endpoint, headers and form fields are too long to be signed: the signature has "
                            + signed.signature().length() + " characters, and a request takes "
                            + Limits.SIGNATURE_CHARS,
                    null);
        }
        return signed;
    }

    /** How many partitions the request topic has; 1 when the job has ended before the broker said so. */
    private int partitions() {
        while (!job.ended()) {
            try {
                return producer.partitionsFor(settings.requestTopic()).size();
            } catch (TimeoutException e) {
                LOG.debug("Kafka tells no partitions now, tries again jobId={}", job.id()); // as with records, below
            }
        }
        return 1;
    }

    /** What chunks are is announced only where there are any, so that a request without a body goes through every portal. */
    private Transfer transfer(boolean chunks, ContentEncoding compression) {
        Request request = job.request();
        return new Transfer(
                compression,
                chunks && frames,
                request.frames() != Frames.NONE,
                request.compression().map(Set::of).orElse(Set.of()),
                true,
                job.wantsStages(),
                job.wantsStream());
    }

    private boolean send(byte[] value, Map<String, byte[]> headers, int bodyBytes, long total)
            throws InterruptedException {
        if (!job.window().acquire(value.length)) {
            return false;
        }
        while (!job.ended()) {
            Handover handover = new Handover(value.length, bodyBytes, total);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(settings.requestTopic(), job.requestPartition(), key, value);
            headers.forEach(record.headers()::add);
            handover.begin(record);
            if (!handover.refused()) {
                return true;
            }
            // No broker for so long that the producer took nothing. It may be restarting: the job's deadline decides.
            LOG.debug("Kafka takes no record now, tries again jobId={}", job.id());
        }
        return false;
    }

    /** What becomes of one record. */
    private final class Handover implements Callback {
        private final Thread sender = Thread.currentThread();
        private final int recordBytes;
        private final int bodyBytes;
        private final long total;
        private final AtomicBoolean over = new AtomicBoolean();
        private boolean refused; // of the sender's thread alone

        Handover(int recordBytes, int bodyBytes, long total) {
            this.recordBytes = recordBytes;
            this.bodyBytes = bodyBytes;
            this.total = total;
        }

        void begin(ProducerRecord<byte[], byte[]> record) {
            open.incrementAndGet();
            try {
                producer.send(record, this);
            } catch (RuntimeException | Error e) {
                end();
                throw e;
            }
        }

        private void end() {
            if (!over.getAndSet(true)) {
                leave();
            }
        }

        /** Whether {@code send} gave up waiting before it took the record; asked once it has returned. */
        boolean refused() {
            return refused;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception failure) {
            end();
            if (failure instanceof TimeoutException && Thread.currentThread() == sender) {
                refused = true;
                return;
            }
            if (failure == null) {
                producers.acknowledged(recordBytes);
                long bytes = acknowledged.addAndGet(bodyBytes);
                if (!job.ended()) {
                    job.listener().uploaded(bytes, total);
                }
            } else {
                pool.execute(() -> job.fail(explain.apply(failure, recordBytes)));
            }
            job.window().release(failure == null ? recordBytes : 0);
        }
    }
}
