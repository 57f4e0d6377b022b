package io.kafkasend.dev.http;

import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.NotImplementedException;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnectionFactory;
import org.apache.hc.core5.http.impl.io.DefaultClassicHttpRequestFactory;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParserFactory;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.io.CloseMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection and the requests on it, one after the other, on one thread; any thread may {@link #close} it.
 */
public final class DevHttpConnection {

    private static final Logger LOG = LoggerFactory.getLogger(DevHttpConnection.class);

    /** A head and a body that fit into the buffer together are written together. */
    private static final Http1Config LIMITS = Http1Config.custom()
            .setBufferSize(64 * 1024)
            .setMaxLineLength(256 * 1024)
            .setMaxHeaderCount(1000)
            .build();

    private static final DefaultBHttpServerConnectionFactory CONNECTIONS = DefaultBHttpServerConnectionFactory.builder()
            .scheme(URIScheme.HTTP.id)
            .http1Config(LIMITS)
            .requestParserFactory(new DefaultHttpRequestParserFactory(LIMITS, null, new Verbatim()))
            .build();

    private final String server;
    private final HttpExchange.Handler handler;
    private final DefaultBHttpServerConnection connection;

    /**
     * Takes a connection that a server has accepted.
     *
     * @param server the server's name, for the log
     * @throws IOException if it is lost; the socket is then closed
     */
    public DevHttpConnection(String server, Socket socket, HttpExchange.Handler handler) throws IOException {
        this.server = server;
        this.handler = handler;
        try {
            // An answer's last packet would otherwise wait for the client to acknowledge the one before, some 40 ms.
            socket.setTcpNoDelay(true);
            connection = CONNECTIONS.createConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Answers requests until the client or {@link #close} ends the connection. */
    public void serve() {
        try {
            boolean more = true;
            while (more) {
                more = serveOne();
            }
        } catch (IOException e) {
            LOG.debug("Connection lost server={} cause={}", server, e.toString());
        } finally {
            close();
        }
    }

    /** Ends the connection at once. */
    public void close() {
        connection.close(CloseMode.GRACEFUL);
    }

    /** Whether another request may follow. */
    private boolean serveOne() throws IOException {
        HttpExchange exchange;
        try {
            ClassicHttpRequest request = connection.receiveRequestHeader();
            if (request == null) {
                return false;
            }
            connection.receiveRequestEntity(request);
            exchange = new HttpExchange(connection, request);
            invite(request);
        } catch (NotImplementedException e) {
            return refuse(HttpStatus.SC_NOT_IMPLEMENTED, e);
        } catch (HttpException | URISyntaxException e) {
            return refuse(HttpStatus.SC_BAD_REQUEST, e);
        }
        try {
            handler.handle(exchange);
        } catch (IOException e) {
            LOG.debug("Connection lost server={} target={} cause={}", server, exchange.target(), e.toString());
            return false;
        } catch (RuntimeException e) {
            LOG.warn("Request failed server={} target={}", server, exchange.target(), e);
            if (exchange.hasBegunToAnswer()) {
                return false;
            }
            exchange.sendJson(HttpStatus.SC_INTERNAL_SERVER_ERROR, new JsonObject().put("error", "internal_error"));
        }
        return exchange.mayBeFollowed();
    }

    private void invite(ClassicHttpRequest request) throws IOException, HttpException {
        Header expect = request.getFirstHeader(HttpHeaders.EXPECT);
        if (expect != null && "100-continue".equalsIgnoreCase(expect.getValue())) {
            connection.sendResponseHeader(new BasicClassicHttpResponse(HttpStatus.SC_CONTINUE));
            connection.flush();
        }
    }

    private boolean refuse(int status, Exception cause) throws IOException {
        LOG.debug("Not a request server={} cause={}", server, cause.toString());
        ClassicHttpResponse answer = new BasicClassicHttpResponse(status);
        answer.setHeader(HttpHeaders.CONTENT_LENGTH, 0);
        answer.setHeader(HttpHeaders.CONNECTION, "close");
        try {
            connection.sendResponseHeader(answer);
        } catch (HttpException e) {
            throw new IOException("cannot answer", e);
        }
        connection.flush();
        return false;
    }

    /** Makes requests whose path is the target as it came, where HttpCore would take a URI apart. */
    private static final class Verbatim extends DefaultClassicHttpRequestFactory {

        @Override
        public ClassicHttpRequest newHttpRequest(String method, String target) {
            return new BasicClassicHttpRequest(method, null, null, target);
        }
    }
}
