package io.kafkasend.client;

import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the API answered, complete and checked. Immutable, as long as nobody changes {@link #bytes()}. */
public final class Answer {
    private final AnswerHead head;
    private final byte[] bytes;
    private final long size;
    private final long crc32;
    private final boolean crcVerified;
    private final int attempts;
    private final Duration elapsed;

    Answer(AnswerHead head, byte[] bytes, long size, long crc32, boolean crcVerified) {
        this(head, bytes, size, crc32, crcVerified, 1, Duration.ZERO);
    }

    private Answer(
            AnswerHead head, byte[] bytes, long size, long crc32, boolean crcVerified, int attempts, Duration elapsed) {
        this.head = head;
        this.bytes = bytes;
        this.size = size;
        this.crc32 = crc32;
        this.crcVerified = crcVerified;
        this.attempts = attempts;
        this.elapsed = elapsed;
    }

    /** The same answer, to a request that was sent so often and has taken so long. */
    Answer after(int attempts, Duration elapsed) {
        return new Answer(head, bytes, size, crc32, crcVerified, attempts, elapsed);
    }

    /** The job that this answers. */
    public JobId jobId() {
        return head.jobId();
    }

    /** The API's HTTP status, 100 to 599. */
    public int status() {
        return head.status();
    }

    /** The API's headers, name to value, in the order that the portal sent; several values of one joined by a comma. */
    public Map<String, String> headers() {
        return head.headers();
    }

    /** The value of the header of this name in any case; empty when there is none. */
    public Optional<String> header(String name) {
        return head.header(name);
    }

    /**
     * The values of the header of this name in any case, in their order: each apart where the API sent several, which some
     * headers, {@code Set-Cookie} above all, cannot be joined and taken apart again. A portal that is older than this sends them
     * joined.
     */
    public List<String> headerValues(String name) {
        return head.headerValues(name);
    }

    /**
     * The names of the request's headers that did not reach the API, since the portal's operator does not list them, or their value
     * is none that may pass: 32 at most, cut to 64 characters. Empty from a portal that is older than this.
     */
    public List<String> droppedHeaders() {
        return head.dropped();
    }

    /**
     * The body.
     *
     * @throws IllegalStateException when it went to a file or a stream
     */
    public byte[] bytes() {
        if (bytes == null) {
            throw new IllegalStateException("the body went to the request's own target");
        }
        return bytes;
    }

    /**
     * The body as text: in the charset of its Content-Type, else in UTF-8; a portal that sends text as text sends UTF-8.
     *
     * @throws IllegalStateException when it went to a file or a stream
     */
    public String text() {
        return new String(bytes(), head.charset());
    }

    /** The body's length in bytes. */
    public long size() {
        return size;
    }

    /** The CRC-32 of the body as it was received, 0 to 4,294,967,295. */
    public long crc32() {
        return crc32;
    }

    /**
     * Whether the portal's checksum came, and was this one. False where it sent none, and for text that an old portal took
     * from another charset: its checksum is then of bytes that were never sent.
     */
    public boolean crcVerified() {
        return crcVerified;
    }

    /** How often the request was sent until this came, at least 1: once more for each retry. */
    public int attempts() {
        return attempts;
    }

    /** How long it took, from the call of {@code send} to the answer's last byte, retries and their waits included. */
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public String toString() {
        return "answer to " + jobId() + ": " + status() + ", " + size + " bytes";
    }
}
