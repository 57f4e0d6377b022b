package io.kafkasend.management;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/** One request of the management port: answered on sight of its head. A body is not looked at. On the server's thread. */
final class ManagementExchange implements AsyncServerExchangeHandler {
    /** A page may have what the port itself serves, and nothing else; no page of another may show it within its own. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    private final ManagementPages pages;
    private final ShortConnections connections;
    private EventStream events;
    private ByteBuffer rest = ByteBuffer.allocate(0);

    ManagementExchange(ManagementPages pages, ShortConnections connections) {
        this.pages = pages;
        this.connections = connections;
    }

    @Override
    public void handleRequest(HttpRequest request, EntityDetails body, ResponseChannel channel, HttpContext context)
            throws HttpException, IOException {
        SocketAddress peer = HttpCoreContext.cast(context).getEndpointDetails().getRemoteAddress();
        ManagementAnswer answer = pages.answer(request, ((InetSocketAddress) peer).getAddress());
        events = answer.events();
        HttpResponse response = new BasicHttpResponse(answer.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(HttpHeaders.CONNECTION, "close");
        if (answer.isMethodRefused()) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        rest = ByteBuffer.wrap(answer.body());
        if (events != null) {
            connections.spare(peer);
        }
        long length = events == null ? rest.remaining() : -1;
        channel.sendResponse(response, new BasicEntityDetails(length, answer.type()), context);
    }

    @Override
    public int available() {
        return events == null ? rest.remaining() : rest.remaining() + events.available();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        channel.write(rest);
        if (events != null) {
            if (!rest.hasRemaining()) {
                events.produce(channel);
            }
        } else if (!rest.hasRemaining()) {
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
        if (events != null) {
            events.close();
        }
    }
}
