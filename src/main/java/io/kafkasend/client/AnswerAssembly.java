package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.Base64Stream;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.Base64Slices;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one answer together: START and CHUNKs in any order, repeated or not, from portals of any age; what is contiguous
 * goes to the target at once. Not thread-safe.
 */
final class AnswerAssembly {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerAssembly.class);

    private final JobId jobId;
    private final AnswerTarget target;
    private final ProgressListener listener;
    private final AnswerMemory memory;
    private final AnswerMemory forHeld;
    private final boolean withSha256;

    /** CHUNKs that came before one that precedes them. */
    private final Map<Integer, ResponseChunk> held = new HashMap<>();

    private long heldBytes;
    private ResponseStart start;
    private AnswerHead head;
    private Integer totalChunks;
    private Long crc32;
    private String sha256;
    private int next;
    private BodyDigest digest;
    private Base64Stream base64;
    private boolean framed;
    private AnswerTarget.Sink sink;

    /**
     * @param memory what may be kept of answers
     * @param forHeld what may be kept of CHUNKs that wait for an earlier one
     * @param withSha256 whether the portal was asked for the answer's SHA-256, which comes last where the answer streams
     */
    AnswerAssembly(
            JobId jobId,
            AnswerTarget target,
            ProgressListener listener,
            AnswerMemory memory,
            AnswerMemory forHeld,
            boolean withSha256) {
        this.jobId = jobId;
        this.target = target;
        this.listener = listener;
        this.memory = memory;
        this.forHeld = forHeld;
        this.withSha256 = withSha256;
    }

    /**
     * Takes a START.
     *
     * @return the answer, when this completes it
     * @throws ClientException when there will be no answer
     */
    Optional<Answer> accept(ResponseStart message) {
        if (message.equals(start)) {
            return Optional.empty(); // redelivered
        }
        if (start == null) {
            open();
        } else {
            beginAnew();
        }
        start = message;
        totalChunks = message.totalChunks() == null ? totalChunks : message.totalChunks();
        crc32 = message.crc32() == null ? crc32 : message.crc32();
        sha256 = message.sha256() == null ? sha256 : message.sha256();
        digest = new BodyDigest(withSha256 || sha256 != null);
        base64 = message.text() || message.encoding() != null || message.stream() ? null : new Base64Stream();
        framed = false;
        head = AnswerHead.of(message);
        listener.answering(head.status(), head.values());
        sink.head(head);
        return advance();
    }

    /**
     * Takes a CHUNK.
     *
     * @return the answer, when this completes it
     * @throws ClientException when there will be no answer
     */
    Optional<Answer> accept(ResponseChunk message) {
        if (message.sequence() < next || held.containsKey(message.sequence())) {
            return Optional.empty(); // redelivered
        }
        // Whichever message carries them: a streamed answer has them on its last CHUNK only.
        totalChunks = message.totalChunks() == null ? totalChunks : message.totalChunks();
        crc32 = message.crc32() == null ? crc32 : message.crc32();
        sha256 = message.sha256() == null ? sha256 : message.sha256();
        if (start != null && message.sequence() == next) {
            take(message);
            return advance();
        }
        int bytes = message.piece().length();
        try {
            forHeld.take(bytes);
        } catch (IOException e) {
            throw failure(
                    Kind.PROTOCOL,
                    "the answer's CHUNK " + next + " is missing while " + (heldBytes + bytes)
                            + " bytes of later ones have come");
        }
        held.put(message.sequence(), message);
        heldBytes += bytes;
        return Optional.empty();
    }

    /** Bytes that have gone to the target; 0 when none have. */
    long size() {
        return digest == null ? 0 : digest.bytes();
    }

    /** Whether the answer comes as its API sends it. */
    boolean streams() {
        return start != null && start.stream();
    }

    /** Whether anything of the answer has come. */
    boolean begun() {
        return start != null || !held.isEmpty();
    }

    /** Leaves nothing behind. May be called in any state, and again. */
    void abort() {
        dropHeld();
        if (sink != null) {
            sink.abort();
            sink = null;
        }
    }

    private void dropHeld() {
        held.clear();
        forHeld.free(heldBytes);
        heldBytes = 0;
    }

    private void open() {
        try {
            sink = target.open(memory);
        } catch (IOException e) {
            throw targetFailure(e);
        }
    }

    /**
     * A portal that crashed in the middle of its answer repeats the call, and the API need not answer the same again. Nothing
     * of the first answer may get into the second.
     */
    private void beginAnew() {
        LOG.warn("The portal begins its answer anew jobId={} bytesDropped={}", jobId, size());
        try {
            if (!sink.restart()) {
                throw failure(
                        Kind.CORRUPT,
                        "the portal began its answer anew after " + (size() == 0 ? "its head" : size() + " bytes of it")
                                + " had been written out");
            }
        } catch (IOException e) {
            throw targetFailure(e);
        }
        dropHeld();
        next = 0;
        totalChunks = null;
        crc32 = null;
        sha256 = null;
    }

    private Optional<Answer> advance() {
        ResponseChunk chunk;
        while ((chunk = held.remove(next)) != null) {
            heldBytes -= chunk.piece().length();
            forHeld.free(chunk.piece().length());
            take(chunk);
        }
        if (totalChunks == null || next < totalChunks) {
            return Optional.empty();
        }
        if (next > totalChunks || !held.isEmpty()) {
            throw failure(Kind.PROTOCOL, "the answer has more CHUNKs than the " + totalChunks + " that it announced");
        }
        return Optional.of(complete());
    }

    /** A frame has the body's bytes as they are; else they are text, or base64, and under either may be compressed. */
    private void take(ResponseChunk chunk) {
        long before = digest.bytes();
        framed |= chunk.frame() && start.encoding() == null;
        try {
            if (start.encoding() != null) {
                write(start.encoding().decode(jobId, alone(chunk)));
            } else if (chunk.frame() || start.text()) {
                write(chunk.data());
            } else if (start.stream()) {
                write(alone(chunk));
            } else {
                base64.decode(chunk.piece(), (bytes, length) -> {
                    digest.update(bytes, 0, length);
                    sink.write(bytes, length);
                });
            }
            if (start.stream()) {
                sink.flush();
            }
        } catch (Base64Stream.NotBase64Exception e) {
            throw failure(Kind.CORRUPT, "CHUNK " + chunk.sequence() + " of the answer is not base64");
        } catch (ProtocolException e) {
            throw failure(Kind.CORRUPT, "CHUNK " + chunk.sequence() + " of the answer: " + e.getMessage());
        } catch (IOException e) {
            throw targetFailure(e);
        }
        next++;
        if (digest.bytes() > before) {
            listener.downloaded(digest.bytes(), start.totalBytes());
        }
    }

    private void write(byte[] data) throws IOException {
        digest.update(data);
        sink.take(data);
    }

    /** The bytes of a CHUNK that is base64 of its own. */
    private static byte[] alone(ResponseChunk chunk) throws Base64Stream.NotBase64Exception {
        if (chunk.frame()) {
            return chunk.data();
        }
        try {
            return Base64Slices.decode(
                    chunk.piece().array(), chunk.piece().from(), chunk.piece().length());
        } catch (IllegalArgumentException e) {
            throw new Base64Stream.NotBase64Exception(e.getMessage());
        }
    }

    private Answer complete() {
        boolean crcVerified = verify();
        byte[] bytes;
        try {
            bytes = sink.complete();
            sink = null;
        } catch (IOException e) {
            throw targetFailure(e);
        }
        return new Answer(head, bytes, digest.bytes(), digest.crc32(), crcVerified);
    }

    /** Whether the CRC came and is right; throws where the body cannot be the one that was sent. */
    private boolean verify() {
        if (base64 != null) {
            try {
                base64.end();
            } catch (Base64Stream.NotBase64Exception e) {
                throw failure(Kind.CORRUPT, "the answer's base64 text ends too early");
            }
        }
        if (start.totalBytes() != null && start.totalBytes() != digest.bytes()) {
            throw failure(
                    Kind.CORRUPT,
                    "the answer has " + digest.bytes() + " bytes and was announced with " + start.totalBytes());
        }
        String computed = digest.sha256();
        if (sha256 != null && computed != null && !sha256.equals(computed)) {
            throw failure(Kind.CORRUPT, "the answer's SHA-256 is not the one that the portal sent");
        }
        if (Objects.equals(crc32, digest.crc32())) {
            return true;
        }
        if (crc32 != null) {
            String difference = "the answer's CRC-32 is " + digest.crc32() + ", and the portal sent " + crc32;
            if (!start.text() || !fromOldPortal()) {
                throw failure(Kind.CORRUPT, difference);
            }
            // Old portals take the CRC over the bytes as received, and send text of another charset in UTF-8.
            LOG.warn("Text that differs from its checksum, as old portals send it jobId={}: {}", jobId, difference);
        }
        return false;
    }

    /** Whether nothing of the answer says that a portal of ours sent it: see PROTOCOL.md, "Old portals". */
    private boolean fromOldPortal() {
        return start.totalBytes() == null && start.totalChunks() != null && start.encoding() == null && !framed;
    }

    private ClientException failure(Kind kind, String message) {
        return new ClientException(kind, jobId, message, null);
    }

    private ClientException targetFailure(IOException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return new ClientException(Kind.TARGET, jobId, "the answer cannot be kept: " + message, e);
    }
}
