package io.kafkasend.portal.warmup;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * The jobs of a warm-up: small ones alone and in crowds, bodies both ways in every form, and records that are refused. Its portal
 * allows what begins with {@link #ALLOWED}. For one thread, but for its {@link OpenKeys}, which any thread may call.
 */
public final class WarmUpJobs {
    /** The allow-list of the portal that these jobs are for. */
    public static final String ALLOWED = "/status,/missing,/bytes/*";

    private static final int ENOUGH_ROUNDS = 8;
    private static final int ALONE = 20;
    private static final int CROWD = 64;
    private static final int CROWDS_GETS = 600;
    /** Of each kind in the first round, and as many more in each that follows: what is compiled is quick. */
    private static final int REFUSED = 100;
    /** A START off the allow-list goes the longest way of them all: in eight rounds so many that its code is compiled for good. */
    private static final int FORBIDDEN = 200;

    /** So many floods come at last, by themselves: each gets into the compiler's queue what the one before has made hot. */
    private static final int LAST_FLOODS = 3;

    private static final int LAST_FLOOD = 6;

    private static final int BODY_BYTES = 1_500_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StubTopics topics;
    private final MessageWriter writer = new MessageWriter();
    private final OpenKeys open;
    private final CompilerRest compilerRest = new CompilerRest();
    private final JobId ended = JobId.random();
    private final byte[] body = new byte[BODY_BYTES];
    private long count;

    /**
     * @param topics what the portal reads
     * @param open hears of the answers
     */
    public WarmUpJobs(StubTopics topics, OpenKeys open) {
        this.topics = topics;
        this.open = open;
        Arrays.fill(body, (byte) 'x');
    }

    /** How many jobs and records there were so far. */
    public long count() {
        return count;
    }

    /**
     * Sends jobs of all kinds, again and again, until they are enough or the time is over. Where some is left then, there are floods of
     * what is refused, when the compiler is through with the rest.
     *
     * @param until by {@link System#nanoTime}
     * @throws InterruptedException when it is to end before
     */
    public void run(long until) throws InterruptedException {
        for (int round = 0; round < ENOUGH_ROUNDS && System.nanoTime() - until < 0; round++) {
            gets(ALONE, 1, until);
            bodies(until);
            gets(CROWDS_GETS, CROWD, until);
            refused(round + 1, until);
        }
        for (int flood = 0; flood < LAST_FLOODS && System.nanoTime() - until < 0; flood++) {
            compilerRest.await(until);
            refused(LAST_FLOOD, until);
        }
        compilerRest.await(until);
        topics.awaitCommitted(topics.end(), PATIENCE_NANOS);
    }

    private void gets(int jobs, int atATime, long until) throws InterruptedException {
        for (int i = 0; i < jobs && System.nanoTime() - until < 0; i++) {
            send(Method.GET, i % 20 == 19 ? "/missing" : "/status", Transfer.PLAIN, new byte[0], false);
            open.awaitFewerThan(atATime, PATIENCE_NANOS);
        }
        open.awaitFewerThan(1, PATIENCE_NANOS);
    }

    private void bodies(long until) throws InterruptedException {
        Set<ContentEncoding> zstd = ContentEncoding.ZSTD.usable() ? Set.of(ContentEncoding.ZSTD) : Set.of();
        Transfer[] forms = {
            Transfer.PLAIN,
            new Transfer(null, true, true, Set.of()),
            new Transfer(zstd.isEmpty() ? null : ContentEncoding.ZSTD, true, true, zstd)
        };
        for (Transfer form : forms) {
            for (int bytes = 1_500; bytes <= BODY_BYTES && System.nanoTime() - until < 0; bytes *= 1_000) {
                send(Method.POST, "/status", form, Arrays.copyOf(body, bytes), false);
                send(Method.POST, "/status", form, Arrays.copyOf(body, bytes), true);
                send(Method.GET, "/bytes/" + bytes, form, new byte[0], false);
                open.awaitFewerThan(1, PATIENCE_NANOS);
            }
        }
    }

    /** What a portal only refuses, kind by kind, as a flood would come. */
    private void refused(int times, long until) throws InterruptedException {
        byte[] again =
                writer.write(RequestStart.builder(ended, 0, Method.GET, "/nope").build());
        flood(
                times * FORBIDDEN,
                until,
                id -> writer.write(
                        RequestStart.builder(id, 0, Method.GET, "/nope").build()));
        flood(times * REFUSED, until, id -> writer.requestChunk(id, 0, 1, new byte[0]));
        flood(times * REFUSED, until, id -> "not json".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < times * REFUSED && System.nanoTime() - until < 0; i++) {
            append(ended, again, Map.of());
        }
        topics.awaitCommitted(topics.end(), Math.max(1, until - System.nanoTime()));
    }

    /** One record under many ids: written once, since the time is for what reads it. */
    private void flood(int records, long until, Function<JobId, byte[]> written) {
        JobId first = JobId.random();
        String record = new String(written.apply(first), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < records && System.nanoTime() - until < 0; i++) {
            JobId id = JobId.random();
            append(id, record.replace(first.value(), id.value()).getBytes(StandardCharsets.ISO_8859_1), Map.of());
        }
    }

    private void send(Method method, String endpoint, Transfer form, byte[] data, boolean file) {
        JobId id = JobId.random();
        int most = form.frames() ? Limits.FRAME_BYTES : Limits.CHUNK_BYTES;
        int chunks = (int) Limits.chunksFor(data.length, most);
        open.add(id.value());
        append(id, start(id, method, endpoint, chunks, form, data, file), Map.of());
        for (int chunk = 0; chunk < chunks; chunk++) {
            byte[] part = Arrays.copyOfRange(data, chunk * most, Math.min(data.length, (chunk + 1) * most));
            byte[] packed = form.encoding() == null ? part : form.encoding().encode(part);
            if (form.frames()) {
                append(id, packed, FrameHeaders.chunk(chunk, chunks, null, null));
            } else {
                append(id, writer.requestChunk(id, chunk, chunks, packed), Map.of());
            }
        }
    }

    private byte[] start(
            JobId id, Method method, String endpoint, int chunks, Transfer form, byte[] data, boolean file) {
        BodyDigest digest = new BodyDigest(file);
        digest.update(data);
        return writer.write(RequestStart.builder(id, chunks, method, endpoint)
                .headers(Map.of("Accept", "application/json"))
                .contentType(data.length == 0 ? null : "application/octet-stream")
                .filename(file ? "warm-up.bin" : null)
                .crc32(digest.crc32())
                .totalBytes(digest.bytes())
                .sha256(digest.sha256())
                .timeoutSeconds(60)
                .transfer(
                        chunks == 0 ? new Transfer(null, false, form.readsFrames(), form.readsEncodings(), true) : form)
                .build());
    }

    private void append(JobId id, byte[] value, Map<String, byte[]> headers) {
        count++;
        topics.append(new SimpleRecord(
                System.currentTimeMillis(),
                id.key(),
                value,
                headers.entrySet().stream()
                        .map(entry -> new RecordHeader(entry.getKey(), entry.getValue()))
                        .toArray(Header[]::new)));
    }

    /** The jobs that have no answer yet, by their keys. Thread-safe. */
    public static final class OpenKeys {
        private final Set<String> keys = new java.util.HashSet<>();

        synchronized void add(String key) {
            keys.add(key);
        }

        /** A record of an answer. */
        public synchronized void answered(Record record) {
            if (record.hasKey()) {
                byte[] key = new byte[record.keySize()];
                record.key().get(key);
                keys.remove(new String(key, StandardCharsets.US_ASCII));
                notifyAll();
            }
        }

        synchronized void awaitFewerThan(int most, long nanos) throws InterruptedException {
            long end = System.nanoTime() + nanos;
            for (long left = nanos; keys.size() >= most && left > 0; left = end - System.nanoTime()) {
                wait(1 + left / 1_000_000);
            }
        }
    }
}
