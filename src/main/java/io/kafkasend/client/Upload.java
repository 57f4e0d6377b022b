package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.BegunRequest;
import io.kafkasend.client.internal.RecordSender;
import io.kafkasend.kafka.Crowd;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.SequenceRanges;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Sends one job's request: reads the body for its checksums, which needs no connection, then again in chunks, pipelined; one
 * that can be read but once without them. Run once.
 */
final class Upload implements Runnable {
    /** Not longer, whatever the deadline: a portal that has just started cannot tell a copy from the request. */
    private static final int MOST_SIGNATURE_SECONDS = 900;

    /** How long a portal may take to say what it has: it may be busy with calls, or not run now. */
    private static final Duration MOST_FOR_A_WORD = Duration.ofSeconds(30);

    private final MessageWriter writer = new MessageWriter();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Job job;
    private final ClientSettings settings;
    private final Future<Void> ready;
    private final Producers producers;
    private final IntSupplier underWay;
    private final Semaphore room;
    private final BiFunction<Throwable, Integer, ClientException> explain;
    private final byte[] key;
    private final RecordSender sender;
    private final boolean frames;
    private final int chunkBytes;
    private boolean small;

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
        this.explain = explain;
        this.key = job.id().key();
        this.sender = new RecordSender(
                settings.requestTopic(),
                key,
                job.way(),
                job::ended,
                producers::acknowledged,
                (failure, recordBytes) -> pool.execute(() -> job.fail(explain.apply(failure, recordBytes))),
                room::release);
        this.frames = job.begun()
                .map(begun -> begun.start().transfer().frames())
                .orElse(job.request().frames() == Frames.REQUEST_AND_ANSWER);
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
            sender.leave();
        }
    }

    private void upload() {
        try (Body.Source body = job.body().open()) {
            if (send(body)) {
                long handedOver = System.nanoTime();
                job.way().window().whenEmpty(() -> sent(handedOver)); // no thread of the few waits for the broker
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

    private void sent(long handedOver) {
        if (small) {
            producers.smallAcknowledged(System.nanoTime() - handedOver);
        }
        job.sent();
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
        small = total <= Crowd.SMALL_BYTES;
        job.way().by(small ? producers.forSmall(underWay.getAsInt(), chunks > 0) : producers.prompt());
        ready.get();
        job.listener().started(job.id());
        Optional<BegunRequest> begun = job.begun();
        ContentEncoding compression =
                begun.isPresent() ? begun.get().start().transfer().encoding() : compression(body);
        RequestStart start = start(total, announced, (int) chunks, compression);
        byte[] value = begun.isPresent() ? again(begun.get(), start) : written(start);
        String request = RequestDigest.of(value);
        if (begun.isEmpty()) {
            keep(start, value);
            tell(new Receipt(job.id(), request, job.secret(), settings.answerTopic(), Instant.now()));
        }
        job.bindTo(request);
        Optional<SequenceRanges> there = begun.isPresent() ? asked(value, total) : sent(value, total);
        if (there.isEmpty()) {
            return false;
        }
        BodyDigest read = new BodyDigest(false);
        InputStream in = body.fromStart();
        // Again and again, both: the producer copies what it is given.
        byte[] data = new byte[(int) Math.min(total, chunkBytes)];
        byte[] spare = null;
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
            if (there.get().has(sequence)) {
                there(data.length, total);
                continue;
            }
            byte[] encoded = compression == null ? data : compression.encode(data);
            boolean sent;
            if (frames) {
                sent = send(
                        encoded, FrameHeaders.chunk(sequence, (int) chunks, null, null, request), data.length, total);
            } else {
                spare = writer.requestChunk(job.id(), sequence, (int) chunks, request, encoded, spare);
                sent = send(spare, Map.of(), data.length, total);
            }
            if (!sent) {
                return false;
            }
        }
        return true;
    }

    /** START is sent: there is nothing of its body yet. Empty when the job has ended before. */
    private Optional<SequenceRanges> sent(byte[] start, long total) throws InterruptedException {
        if (!send(start, Map.of(), 0, total)) {
            return Optional.empty();
        }
        job.startSent();
        return Optional.of(SequenceRanges.NONE);
    }

    /**
     * The same START is sent once more, and what a portal that has read it says of the body is waited for. One that says nothing, such
     * as an old one, gets all of it, and takes what it has for what it is. Empty when the job has ended before.
     */
    private Optional<SequenceRanges> asked(byte[] start, long total) throws InterruptedException {
        CompletableFuture<Long> offset = new CompletableFuture<>();
        if (!sender.send(start, Map.of(), offset::complete)) {
            return Optional.empty();
        }
        job.startSent();
        try {
            // A record that the broker refuses fails the job, which interrupts this thread.
            Optional<ResponseStatus> said =
                    job.way().word(offset.get(), job.time().patience(MOST_FOR_A_WORD));
            Optional<SequenceRanges> there = said.map(status -> SequenceRanges.saidBy(status));
            job.listener()
                    .resumed(
                            there.isEmpty()
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(there.get().bytes(chunkBytes, total)),
                            total);
            return Optional.of(there.orElse(SequenceRanges.NONE));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is only ever completed
        }
    }

    /** The record that the job began with, unless this is another request now. */
    private byte[] again(BegunRequest begun, RequestStart now) throws IOException {
        begun.requireSame(now, String.valueOf(job.request().resumable()));
        job.way().to(begun.partition());
        return begun.value();
    }

    /** What it takes to go on with the job is kept, where that is asked for. */
    private void keep(RequestStart start, byte[] value) {
        UploadState state = job.request().resumable();
        if (!state.keeps()) {
            return;
        }
        BegunRequest begun = new BegunRequest(
                start,
                value,
                job.secret(),
                job.way().partition(),
                settings.requestTopic(),
                settings.answerTopic(),
                Instant.now());
        try {
            state.write(begun.text());
        } catch (IOException | RuntimeException e) {
            throw ClientException.notKept(job.id(), state.toString(), e);
        }
    }

    private void tell(Receipt receipt) {
        try {
            job.request().tell(receipt);
        } catch (RuntimeException e) {
            throw ClientException.notKept(job.id(), "the receipt", e);
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
    private RequestStart start(long total, BodyDigest digest, int chunks, ContentEncoding compression) {
        Request request = job.request();
        SigningKey signingKey = settings.signingKey();
        return new RequestStart(
                job.id(),
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
    }

    /** START's record. One that is signed, or sent again perhaps, goes to a partition that is known before. */
    private byte[] written(RequestStart start) {
        SigningKey signingKey = settings.signingKey();
        if (signingKey != null || job.request().resumable().keeps()) {
            job.way().choose(settings.requestTopic(), key, job::ended);
        }
        return writer.write(signingKey == null ? start : signed(start, signingKey));
    }

    /** Signs START for one partition, which all of the job's records then go to. */
    private RequestStart signed(RequestStart start, SigningKey signingKey) {
        long now = Instant.now().getEpochSecond();
        long expires = now + Math.min(job.time().secondsLeft(), MOST_SIGNATURE_SECONDS);
        RequestStart signed = signingKey.sign(
                start, now, expires, settings.requestTopic(), job.way().partition());
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
        return sender.send(value, headers, offset -> there(bodyBytes, total));
    }

    /** The broker has so much more of the body. */
    private void there(int bodyBytes, long total) {
        long bytes = acknowledged.addAndGet(bodyBytes);
        if (!job.ended()) {
            job.listener().uploaded(bytes, total);
        }
    }
}
