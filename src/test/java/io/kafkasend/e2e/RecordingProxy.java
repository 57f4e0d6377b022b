package io.kafkasend.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy (RFC 9110 §7.6, CONNECT too) that leads every host to 127.0.0.1, and keeps each request line. */
final class RecordingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private RecordingProxy() throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    static RecordingProxy start() throws IOException {
        return new RecordingProxy();
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Request lines, or what else came first on a connection; nothing of one that was closed without a word. */
    List<String> lines() {
        return lines;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            String line = line(in);
            if (line.isEmpty()) {
                return; // another test looks for a port of its own that was free meanwhile
            }
            lines.add(line);
            String[] words = line.split(" ");
            if (words[0].equals("CONNECT")) {
                while (!line(in).isEmpty()) {
                    continue;
                }
                try (Socket target = target(URI.create("tunnel://" + words[1]).getPort())) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    relay(socket, target);
                }
            } else {
                URI url = URI.create(words[1]);
                try (Socket target = target(url.getPort())) {
                    String origin = words[1].substring(words[1].indexOf('/', "http://".length()));
                    target.getOutputStream()
                            .write((words[0] + " " + origin + " " + words[2] + "\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    relay(socket, target);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Whoever spoke no HTTP has been recorded, and is hung up on.
        }
    }

    private Socket target(int port) throws IOException {
        Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(target);
        return target;
    }

    private void relay(Socket client, Socket target) throws IOException {
        daemon(() -> {
            try {
                client.getInputStream().transferTo(target.getOutputStream());
            } catch (IOException e) {
                // one side has closed
            }
        });
        OutputStream out = client.getOutputStream();
        target.getInputStream().transferTo(out);
    }

    /** Up to the line's end, or to a byte that is of no HTTP, as SOCKS begins with. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); (b >= ' ' || b == '\r') && line.length() < 4096; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "recording-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
