package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;

/** A request's body, counted and hashed while it is read. Not thread-safe. */
public final class RequestBody extends DigestInputStream {
    private final HttpExchange exchange;
    private long count;

    /** Of which nothing has been read. */
    public RequestBody(HttpExchange exchange) {
        super(exchange.body(), Sha256.begin());
        this.exchange = exchange;
    }

    /** How many bytes were read so far. */
    public long count() {
        return count;
    }

    /** The SHA-256 of what was read, in lower-case hexadecimal; to be asked for once, at the end. */
    public String sha256() {
        return Sha256.hex(getMessageDigest());
    }

    /** As the JDK's, with a larger buffer: each read is a call of the system. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        long before = count;
        byte[] buffer = exchange.buffer();
        for (int read = read(buffer); read >= 0; read = read(buffer)) {
            out.write(buffer, 0, read);
        }
        return count - before;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count += read < 0 ? 0 : 1;
        return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        count += Math.max(read, 0);
        return read;
    }
}
