package io.kafkasend.portal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A request body over the chunks as they came, without a copy of them. Can be sent again. Do not change the arrays.
 * Thread-safe.
 */
final class BodyEntity extends AbstractHttpEntity {
    private final List<byte[]> parts;
    private final long length;

    private BodyEntity(String contentType, List<byte[]> parts) {
        super(contentType, null, false);
        this.parts = parts;
        this.length = parts.stream().mapToLong(part -> part.length).sum();
    }

    /** The bytes as they are; the type may be null. */
    static BodyEntity raw(String contentType, List<byte[]> chunks) {
        return new BodyEntity(contentType, chunks);
    }

    /**
     * multipart/form-data (RFC 7578) with one part named {@code file}. The name goes as browsers send it: in UTF-8, with
     * {@code "} as %22, so that it cannot leave its quotes. Line ends cannot occur: START was refused with them.
     */
    static BodyEntity multipart(String filename, String contentType, List<byte[]> chunks) {
        String boundary = "kafkasend-" + UUID.randomUUID();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + filename.replace("\"", "%22") + "\"\r\nContent-Type: " + contentType + "\r\n\r\n";
        String tail = "\r\n--" + boundary + "--\r\n";
        List<byte[]> parts = new ArrayList<>(chunks.size() + 2);
        parts.add(head.getBytes(StandardCharsets.UTF_8));
        parts.addAll(chunks);
        parts.add(tail.getBytes(StandardCharsets.US_ASCII));
        return new BodyEntity("multipart/form-data; boundary=" + boundary, parts);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        for (byte[] part : parts) {
            out.write(part);
        }
    }

    @Override
    public InputStream getContent() {
        List<InputStream> streams = new ArrayList<>(parts.size());
        parts.forEach(part -> streams.add(new ByteArrayInputStream(part)));
        return new SequenceInputStream(Collections.enumeration(streams));
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
        // nothing is open
    }
}
