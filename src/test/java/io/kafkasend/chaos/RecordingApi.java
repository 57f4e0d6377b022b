package io.kafkasend.chaos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * An HTTP server that records every call with its body, and answers by plan, faults included: it dawdles, hangs, drops the
 * connection before, within or after an answer. One connection for each call. Thread-safe.
 */
public final class RecordingApi implements AutoCloseable {
    private final ServerSocket server;
    private final Function<Call, Plan> plans;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** How a call ends. */
    public enum Fault {
        /** With its answer. */
        NONE,
        /** The connection is dropped before any byte of an answer. */
        DROP,
        /** The connection is dropped in the middle of the answer's body. */
        DROP_WITHIN,
        /** Nothing comes, until the caller goes or the server closes. */
        HANG
    }

    /**
     * What is done about a call.
     *
     * @param status the answer's status
     * @param headers more of its headers
     * @param body its body
     * @param millis how long the call takes before it
     * @param fault what goes wrong
     */
    public record Plan(int status, Map<String, String> headers, byte[] body, long millis, Fault fault) {
        /** An answer of 200. */
        public static Plan ok(byte[] body) {
            return new Plan(200, Map.of("Content-Type", "application/octet-stream"), body, 0, Fault.NONE);
        }

        /** The same after so many milliseconds. */
        public Plan after(long more) {
            return new Plan(status, headers, body, more, fault);
        }

        /** The same gone wrong. */
        public Plan with(Fault wrong) {
            return new Plan(status, headers, body, millis, wrong);
        }
    }

    /** A call as it came, and when. */
    public static final class Call {
        private final String method;
        private final String path;
        private final Map<String, String> headers;
        private final byte[] body;
        private final long began = System.currentTimeMillis();
        private volatile long ended;
        private volatile String end = "under way";

        private Call(String method, String path, Map<String, String> headers, byte[] body) {
            this.method = method;
            this.path = path;
            this.headers = headers;
            this.body = body;
        }

        /** The request's method. */
        public String method() {
            return method;
        }

        /** The request's target, byte for byte. */
        public String path() {
            return path;
        }

        /** A header's value by its name in lower case, or "". */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** The {@code Idempotency-Key}: the job's id. */
        public String job() {
            return header("idempotency-key");
        }

        /** The request's body. */
        public byte[] body() {
            return body;
        }

        /** The body's CRC-32. */
        public long crc() {
            CRC32 crc = new CRC32();
            crc.update(body);
            return crc.getValue();
        }

        /** When the whole request was here, in milliseconds since the epoch. */
        public long began() {
            return began;
        }

        /** When the answer was written or the connection ended; 0 until then. */
        public long ended() {
            return ended;
        }

        /** How it ended: a status or a {@link Fault}. */
        public String end() {
            return end;
        }

        private void end(String how) {
            end = how;
            ended = System.currentTimeMillis();
        }

        @Override
        public String toString() {
            return method + " " + path + " " + began + "-" + ended + " " + end;
        }
    }

    private RecordingApi(int port, Function<Call, Plan> plans) throws IOException {
        this.server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        this.plans = plans;
        daemon(this::accept, "recording-api");
    }

    /** Starts it on a free port. */
    public static RecordingApi start(Function<Call, Plan> plans) throws IOException {
        return new RecordingApi(0, plans);
    }

    /** Starts it on a port. */
    public static RecordingApi start(int port, Function<Call, Plan> plans) throws IOException {
        return new RecordingApi(port, plans);
    }

    /** Its base URL. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Every call so far, in order. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket), "recording-api-call");
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Call call = read(new BufferedInputStream(socket.getInputStream()));
            if (call == null) {
                return;
            }
            calls.add(call);
            Plan plan = plans.apply(call);
            try {
                answer(call, plan, socket);
            } catch (IOException e) {
                call.end("caller gone");
            }
        } catch (IOException e) {
            // The caller went away in the middle of its request: no call.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private void answer(Call call, Plan plan, Socket socket) throws IOException, InterruptedException {
        if (plan.fault() == Fault.HANG) {
            call.end(plan.fault().name());
            socket.getInputStream().read(); // until the caller goes
            return;
        }
        if (closed.await(plan.millis(), TimeUnit.MILLISECONDS) || plan.fault() == Fault.DROP) {
            call.end(Fault.DROP.name());
            return;
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + plan.status() + " Planned\r\nConnection: close\r\n");
        plan.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(plan.body().length).append("\r\n\r\n");
        OutputStream out = socket.getOutputStream();
        out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        boolean whole = plan.fault() == Fault.NONE;
        out.write(plan.body(), 0, whole ? plan.body().length : plan.body().length / 2);
        out.flush();
        if (whole) {
            socket.shutdownOutput();
            socket.setSoTimeout(10_000);
            socket.getInputStream().read(); // a reset would take from the caller what it has not read yet
        }
        call.end(whole ? Integer.toString(plan.status()) : plan.fault().name());
    }

    private static Call read(InputStream in) throws IOException {
        String[] request = line(in).split(" ");
        if (request.length != 3) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body;
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            body = chunked(in);
        } else {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            body = exactly(in, length);
        }
        return new Call(request[0], request[1], headers, body);
    }

    private static byte[] chunked(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = size(in); length > 0; length = size(in)) {
            body.writeBytes(exactly(in, length));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int size(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            throw new IOException("the request ended early");
        }
        return Integer.parseInt(line, 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the request ended early");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        closed.countDown();
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
