package io.kafkasend.dev;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sockets that listen, on a port that is asked for or on a free one. */
final class ListeningSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);

    // Below the range from which systems take the local ports of outgoing connections (32768 and up on Linux, 49152
    // and up elsewhere): while a broker is stopped no client's connection can take its port, nor can a client that
    // keeps trying to reach it end up connected to itself.
    private static final int FREE_PORTS_FROM = 20_000;
    private static final int FREE_PORTS_TO = 32_000;

    private ListeningSockets() {}

    /**
     * Listens on a free port.
     *
     * @throws StartException if it cannot
     */
    static ServerSocketChannel bindFree(String host) {
        int ports = FREE_PORTS_TO - FREE_PORTS_FROM;
        int first = ThreadLocalRandom.current().nextInt(ports);
        StartException last = null;
        for (int i = 0; i < 100; i++) {
            try {
                return bind(host, FREE_PORTS_FROM + (first + i) % ports);
            } catch (StartException e) {
                last = e;
            }
        }
        throw last;
    }

    /** A port that was free a moment ago. */
    static int freePort(String host) {
        ServerSocketChannel socket = bindFree(host);
        int port = socket.socket().getLocalPort();
        closeQuietly(socket);
        return port;
    }

    /**
     * Listens on a port.
     *
     * @throws StartException if the port is taken ("port 9092 is already in use"), or the host is not this machine's
     */
    static ServerSocketChannel bind(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve", null);
        }
        ServerSocketChannel socket = null;
        try {
            socket = ServerSocketChannel.open();
            socket.configureBlocking(false);
            socket.bind(address);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            boolean taken =
                    e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
            throw new StartException(
                    taken
                            ? "port " + port + " is already in use"
                            : "cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    e);
        }
    }

    /** Stops listening; null is nothing to stop. */
    static void closeQuietly(ServerSocketChannel socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Cannot close a listening socket", e);
            }
        }
    }
}
