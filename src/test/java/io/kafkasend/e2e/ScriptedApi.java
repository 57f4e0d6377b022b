package io.kafkasend.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An API at a raw socket: keeps each request's head as it came over the wire, and then does what its script says, faults
 * included. One connection for each request.
 */
final class ScriptedApi implements AutoCloseable {
    /** What happens after a request's head was read. */
    @FunctionalInterface
    interface Script {
        void answer(String head, Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Script script;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private ScriptedApi(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread acceptor = new Thread(this::accept, "scripted-api");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    static ScriptedApi start(Script script) throws IOException {
        return new ScriptedApi(script);
    }

    /** Answers 200 without a body to whatever is asked. */
    static ScriptedApi recording() throws IOException {
        return start(
                (head, socket, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)));
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Request line and headers of every request, byte for byte as ISO-8859-1. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread thread = new Thread(() -> serve(socket), "scripted-api-call");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String head = readHead(socket.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            heads.add(head);
            OutputStream out = socket.getOutputStream();
            script.answer(head, socket, out);
            out.flush();
        } catch (IOException | InterruptedException e) {
            // The caller went away, or the script broke the connection: both are the point.
        }
    }

    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (head.size() >= 4 && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
