package io.kafkasend.portal.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncServerExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.ResponseChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** One request of the management port: answered on sight of its head. A body is not looked at. On the server's thread. */
final class ManagementExchange implements AsyncServerExchangeHandler {
    private final ManagementPages pages;
    private ByteBuffer rest = ByteBuffer.allocate(0);

    ManagementExchange(ManagementPages pages) {
        this.pages = pages;
    }

    @Override
    public void handleRequest(HttpRequest request, EntityDetails body, ResponseChannel channel, HttpContext context)
            throws HttpException, IOException {
        ManagementAnswer answer = pages.answer(request);
        HttpResponse response = new BasicHttpResponse(answer.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(HttpHeaders.CONNECTION, "close");
        if (answer.isMethodRefused()) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        rest = ByteBuffer.wrap(answer.body());
        channel.sendResponse(response, new BasicEntityDetails(rest.remaining(), answer.type()), context);
    }

    @Override
    public int available() {
        return rest.remaining();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        channel.write(rest);
        if (!rest.hasRemaining()) {
            channel.endStream();
        }
    }

    @Override
    public void updateCapacity(CapacityChannel capacity) throws IOException {
        capacity.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer source) {
        source.position(source.limit());
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        // Nobody waits for it.
    }

    @Override
    public void failed(Exception cause) {
        // Who asked has left.
    }

    @Override
    public void releaseResources() {
        // Nothing is held.
    }
}
