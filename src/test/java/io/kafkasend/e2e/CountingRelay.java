package io.kafkasend.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes each connection on to a port, and counts them. */
final class CountingRelay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int port;

    /**
     * @param port where connections are passed on to, on this machine
     */
    CountingRelay(int port) throws IOException {
        this.port = port;
        daemon(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                connections.incrementAndGet();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.addAll(List.of(from, to));
                daemon(() -> pass(from, to));
                daemon(() -> pass(to, from));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            return; // over
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "counting-relay");
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
