package io.kafkasend.gateway.http;

import java.io.InputStream;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/** HttpCore's connection, with heads, lengths and chunks read strictly. */
final class ServerConnection extends DefaultBHttpServerConnection {
    private static final int BUFFER_BYTES = 64 * 1024;

    private StrictChunkedStream chunks;

    /**
     * @param headBegins told of the first byte of each request
     */
    ServerConnection(String scheme, Runnable headBegins) {
        super(
                scheme,
                Http1Config.custom()
                        .setBufferSize(BUFFER_BYTES)
                        .setChunkSizeHint(BUFFER_BYTES)
                        .build(),
                null,
                null,
                new StrictFraming(),
                DefaultContentLengthStrategy.INSTANCE,
                config -> new StrictRequestParser(headBegins),
                null);
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        if (length != ContentLengthStrategy.CHUNKED) {
            return super.createContentInputStream(length, buffer, in);
        }
        chunks = new StrictChunkedStream(buffer, in);
        return chunks;
    }

    /** Whether the last body had trailers. */
    boolean hadTrailers() {
        return chunks != null && chunks.hadTrailers();
    }
}
