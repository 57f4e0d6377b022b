package io.kafkasend.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A server at a raw socket that keeps connections open and is as careless as the {@link Way} in the request's path says. Each
 * answer's body names the target that it is the answer to.
 */
public final class SloppyServer implements AutoCloseable {
    /** What is done wrong. */
    public enum Way {
        /** Nothing. */
        WELL,
        /** Takes a body for the next request, as Python's http.server does where a handler does not read it. */
        LEAVES_BODY,
        /** Sends a body after HEAD too, as http.server does where do_HEAD is do_GET. */
        BODY_AFTER_HEAD,
        /** As before, with the body a moment later: when {@link #sendWhatIsLate} is called. */
        BODY_AFTER_HEAD_LATE,
        BYTE_TOO_MANY,
        ANSWER_TOO_MANY,
        BYTE_TOO_MANY_LATE,
        ANSWER_TOO_MANY_LATE,
        NO_CONTENT_WITH_BODY,
        NOT_MODIFIED_WITH_BODY,
        LENGTH_AND_CHUNKED,
        TWO_LENGTHS,
        CONTINUES_TWICE,
        SWITCHES,
        /** Answers by the head alone and reads the body afterwards. */
        EARLY,
        /** Closes after the answer, and does not say so. */
        CLOSES
    }

    public static final String FORGED =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nFORGED!";

    private final ServerSocket server;
    private final boolean tls;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Runnable> late = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();

    /**
     * @param context for TLS; null for none
     */
    public SloppyServer(SSLContext context) throws IOException {
        tls = context != null;
        server = tls
                ? context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())
                : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public String url() {
        return (tls ? "https://localhost:" : "http://127.0.0.1:") + server.getLocalPort();
    }

    /** Every request line that was understood as one. */
    public List<String> lines() {
        return lines;
    }

    /** Every request's head. */
    public List<String> heads() {
        return heads;
    }

    public int connections() {
        return sockets.size();
    }

    /** How many connections the server has closed of itself. */
    public int closed() {
        return closed.get();
    }

    /** Sends what came to be sent late, and returns when the system has it: on loopback it has arrived then. */
    public void sendWhatIsLate() {
        late.forEach(Runnable::run);
        late.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true); // or what is late would come after the next request
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (answered(in, out)) {
                // and the next
            }
        } catch (IOException e) {
            // the client went away
        }
        closed.incrementAndGet();
    }

    private boolean answered(InputStream in, OutputStream out) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            return false;
        }
        String line = head.substring(0, head.indexOf('\r'));
        lines.add(line);
        heads.add(head);
        String[] parts = line.split(" ");
        Way way = way(parts[1]);
        if (way != Way.LEAVES_BODY && way != Way.EARLY) {
            in.readNBytes(length(head));
        }
        String method = parts[0];
        String body = "answer to " + parts[1];
        String rest = "Content-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n";
        String plain = "HTTP/1.1 200 OK\r\n" + rest + (method.equals("HEAD") ? "" : body);
        switch (way) {
            case BODY_AFTER_HEAD -> send(out, "HTTP/1.1 200 OK\r\n" + rest + body);
            case BODY_AFTER_HEAD_LATE -> {
                late.add(() -> sendLate(out, method.equals("HEAD") ? FORGED : ""));
                send(out, plain);
            }
            case BYTE_TOO_MANY -> send(out, plain + "X");
            case ANSWER_TOO_MANY -> send(out, plain + FORGED);
            case BYTE_TOO_MANY_LATE -> {
                late.add(() -> sendLate(out, "\n"));
                send(out, plain);
            }
            case ANSWER_TOO_MANY_LATE -> {
                late.add(() -> sendLate(out, FORGED));
                send(out, plain);
            }
            case NO_CONTENT_WITH_BODY -> {
                late.add(() -> sendLate(out, FORGED));
                send(out, "HTTP/1.1 204 No Content\r\nContent-Length: " + FORGED.length() + "\r\n\r\n");
            }
            case NOT_MODIFIED_WITH_BODY -> send(out, "HTTP/1.1 304 Not Modified\r\n" + rest + FORGED);
            case LENGTH_AND_CHUNKED ->
                send(
                        out,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 300\r\n\r\n"
                                + (method.equals("HEAD")
                                        ? ""
                                        : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"));
            case TWO_LENGTHS ->
                send(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 93\r\n\r\nok" + FORGED);
            case CONTINUES_TWICE ->
                send(out, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + plain);
            case SWITCHES ->
                send(
                        out,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade\r\n\r\n" + plain);
            default -> send(out, plain);
        }
        if (way == Way.EARLY) {
            in.readNBytes(length(head));
        }
        return way != Way.CLOSES && !head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
    }

    private static Way way(String target) {
        for (Way way : Way.values()) {
            if (target.endsWith("/" + way)) {
                return way;
            }
        }
        return Way.WELL;
    }

    private static int length(String head) {
        for (String field : head.split("\r\n")) {
            if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(field.substring(15).strip());
            }
        }
        return 0;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void sendLate(OutputStream out, String text) {
        try {
            send(out, text);
        } catch (IOException e) {
            // closed already, which is right too
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "sloppy-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
