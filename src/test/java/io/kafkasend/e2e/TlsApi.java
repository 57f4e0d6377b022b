package io.kafkasend.e2e;

import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An API behind TLS that answers 200 to everything, one connection each, and keeps who called in which version. */
final class TlsApi implements AutoCloseable {
    private final SSLServerSocket server;
    private final List<String> callers = new CopyOnWriteArrayList<>();

    /**
     * @param own what it shows
     * @param clients whose certificates it wants to see; null for nobody's
     */
    TlsApi(TestAuthority.Issued own, TestAuthority clients, String... protocols) throws IOException {
        server = (SSLServerSocket) TlsContexts.of(own.trusting(clients == null ? new TestAuthority("nobody") : clients))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(clients != null);
        if (protocols.length > 0) {
            server.setEnabledProtocols(protocols);
        }
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Of each request the client certificate's subject, or "anonymous", and the version. */
    List<String> callers() {
        return callers;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = reader.readLine();
            if (line == null) {
                return;
            }
            while (!line.isEmpty()) {
                line = reader.readLine();
            }
            String caller = server.getNeedClientAuth()
                    ? socket.getSession().getPeerPrincipal().getName()
                    : "anonymous";
            callers.add(caller + " " + socket.getSession().getProtocol());
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The handshake failed, which is the point of some tests.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tls-api");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
