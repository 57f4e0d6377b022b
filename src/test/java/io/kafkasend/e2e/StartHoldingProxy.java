package io.kafkasend.e2e;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to a broker, and holds back what has a START, while it is told to. */
final class StartHoldingProxy implements AutoCloseable {
    private static final String START = "\"message_type\":\"START\"";
    /** Of a request, which begins with it, and of no answer. */
    private static final int PRODUCE = 0;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private boolean holds;
    private int held;

    StartHoldingProxy() throws IOException {}

    int port() {
        return server.getLocalPort();
    }

    /** Begins to pass on to a port of this machine. */
    void passTo(int port) {
        daemon(() -> {
            try {
                while (true) {
                    Socket from = server.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                    sockets.addAll(List.of(from, to));
                    daemon(() -> passRequests(from, to));
                    daemon(() -> passAnswers(to, from));
                }
            } catch (IOException e) {
                return; // closed
            }
        });
    }

    /** From now on no START passes. */
    synchronized void hold() {
        holds = true;
        held = 0;
    }

    /** How many are held back. */
    synchronized int held() {
        return held;
    }

    /** Lets go of those that were held back, but for those of processes that were killed. */
    synchronized void letGo() {
        holds = false;
        notifyAll();
    }

    private void passRequests(Socket from, Socket to) {
        try (from;
                to) {
            PushbackInputStream bytes = new PushbackInputStream(from.getInputStream());
            DataInputStream in = new DataInputStream(bytes);
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                byte[] request = new byte[in.readInt()];
                in.readFully(request);
                boolean produce = request[0] == 0 && request[1] == PRODUCE;
                if (produce && new String(request, StandardCharsets.ISO_8859_1).contains(START)) {
                    awaitGoing();
                    requireAlive(from, bytes);
                }
                out.writeInt(request.length);
                out.write(request);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            return; // over
        }
    }

    private synchronized void awaitGoing() throws InterruptedException {
        held++;
        while (holds) {
            wait();
        }
    }

    private static void requireAlive(Socket from, PushbackInputStream bytes) throws IOException {
        from.setSoTimeout(50);
        try {
            int next = bytes.read();
            if (next < 0) {
                throw new EOFException("its process was killed");
            }
            bytes.unread(next);
        } catch (SocketTimeoutException e) {
            return; // it is there, and sends nothing now
        } finally {
            from.setSoTimeout(0);
        }
    }

    private static void passAnswers(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            return; // over
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "start-holding-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        letGo();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
