package io.kafkasend.bench.testbed;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Takes traces as a collector does, and drops them. Thread-safe. */
final class TraceSink implements AutoCloseable {
    private final HttpServer server;

    private TraceSink(HttpServer server) {
        this.server = server;
    }

    /** One on a free port of this machine. */
    static TraceSink start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return new TraceSink(server);
    }

    /** The collector's URL, as OpenTelemetry's variable has it. */
    String url() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
