package io.kafkasend.portal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A request body over its store, in memory or on disk, of which no more than a chunk is copied at a time. Can be sent again.
 * Thread-safe.
 */
final class BodyEntity extends AbstractHttpEntity {
    private static final byte[] NOTHING = {};

    private final byte[] head;
    private final BodyStore body;
    private final byte[] tail;
    private final long length;

    private BodyEntity(String contentType, byte[] head, BodyStore body, byte[] tail) {
        super(contentType, null, false);
        this.head = head;
        this.body = body;
        this.tail = tail;
        this.length = head.length + body.bytes() + tail.length;
    }

    /** The bytes as they are; the type may be null. */
    static BodyEntity raw(String contentType, BodyStore body) {
        return new BodyEntity(contentType, NOTHING, body, NOTHING);
    }

    /**
     * multipart/form-data (RFC 7578) with one part named {@code file}. The name goes as browsers send it: in UTF-8, with
     * {@code "} as %22, so that it cannot leave its quotes. Line ends cannot occur: START was refused with them.
     */
    static BodyEntity multipart(String filename, String contentType, BodyStore body) {
        String boundary = "kafkasend-" + UUID.randomUUID();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + filename.replace("\"", "%22") + "\"\r\nContent-Type: " + contentType + "\r\n\r\n";
        String tail = "\r\n--" + boundary + "--\r\n";
        return new BodyEntity(
                "multipart/form-data; boundary=" + boundary,
                head.getBytes(StandardCharsets.UTF_8),
                body,
                tail.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(head);
        for (int place = 0, chunks = body.chunks(); place < chunks; place++) {
            out.write(body.chunk(place));
        }
        out.write(tail);
    }

    @Override
    public InputStream getContent() {
        return new SequenceInputStream(Collections.enumeration(
                List.of(new ByteArrayInputStream(head), new ChunkStream(body), new ByteArrayInputStream(tail))));
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public void close() {
        // the job lets go of its body
    }
}
