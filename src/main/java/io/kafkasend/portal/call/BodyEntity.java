package io.kafkasend.portal.call;

import io.kafkasend.portal.body.ChunkStore;
import io.kafkasend.portal.body.ChunkStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A request body over its store, in memory or on disk, of which no more than a chunk is copied at a time. Can be sent again.
 * Thread-safe.
 */
final class BodyEntity extends AbstractHttpEntity {
    private static final byte[] NOTHING = {};
    /** Any of these is one line end in a field's name, to browsers (WHATWG, multipart/form-data). */
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private final byte[] head;
    private final ChunkStore body;
    private final byte[] tail;
    private final long length;

    private BodyEntity(String contentType, byte[] head, ChunkStore body, byte[] tail) {
        super(contentType, null, false);
        this.head = head;
        this.body = body;
        this.tail = tail;
        this.length = head.length + body.bytes() + tail.length;
    }

    /** The bytes as they are; the type may be null. */
    static BodyEntity raw(String contentType, ChunkStore body) {
        return new BodyEntity(contentType, NOTHING, body, NOTHING);
    }

    /**
     * multipart/form-data (RFC 7578): the text fields, then the file, since some APIs read no field behind it. Names go as
     * browsers send them: in UTF-8, with {@code "} and line ends escaped, so that they cannot leave their quotes. Values go as
     * they are: nobody can guess the boundary.
     *
     * @param field the name of the file's field
     */
    static BodyEntity multipart(
            Map<String, List<String>> texts, String field, String filename, String contentType, ChunkStore body) {
        String boundary = "kafkasend-" + UUID.randomUUID();
        StringBuilder head = new StringBuilder();
        texts.forEach((name, values) -> values.forEach(value -> head.append(disposition(boundary, name))
                .append("\r\n\r\n")
                .append(value)
                .append("\r\n")));
        head.append(disposition(boundary, field)).append("; filename=\"").append(filename.replace("\"", "%22"));
        head.append("\"\r\nContent-Type: ").append(contentType).append("\r\n\r\n");
        String tail = "\r\n--" + boundary + "--\r\n";
        return new BodyEntity(
                "multipart/form-data; boundary=" + boundary,
                head.toString().getBytes(StandardCharsets.UTF_8),
                body,
                tail.getBytes(StandardCharsets.US_ASCII));
    }

    private static String disposition(String boundary, String name) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\""
                + LINE_END.matcher(name).replaceAll("%0D%0A").replace("\"", "%22") + '"';
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
