package io.kafkasend.portal.warmup;

import io.kafkasend.concurrent.DaemonThreads;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/**
 * A broker on the loopback address that one portal can work with: it speaks Kafka's protocol with Kafka's own classes, keeps what
 * is to be read in memory, and nothing of what it is sent. Thread-safe.
 */
public final class StubBroker implements AutoCloseable {
    private static final int MOST_BYTES = 8 << 20;

    private static final int MOST_CONNECTIONS = 32;

    private final ServerSocket listening;
    private final StubTopics topics;
    private final StubAnswers answers;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /**
     * Listens on a free port.
     *
     * @param topics what is read, and who hears of what is written
     * @throws IOException where no port is to be had
     */
    public StubBroker(StubTopics topics) throws IOException {
        this.topics = topics;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.answers = new StubAnswers(topics, listening.getInetAddress().getHostAddress(), listening.getLocalPort());
        DaemonThreads.named("kafkasend-warm-up-broker", this::accept).start();
    }

    /** Where it listens, as a client is told. */
    public String address() {
        String host = listening.getInetAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + listening.getLocalPort();
    }

    /** Ends it, with its connections. */
    @Override
    public void close() {
        topics.close();
        close(listening);
        connections.forEach(StubBroker::close);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                if (connections.size() >= MOST_CONNECTIONS) { // a portal has a dozen; others have no business here
                    close(connection);
                    continue;
                }
                connections.add(connection);
                connection.setTcpNoDelay(true);
                DaemonThreads.named("kafkasend-warm-up-connection", () -> serve(connection))
                        .start();
            } catch (IOException | Error e) {
                continue; // of this connection, whose client comes again; or it is closed
            }
        }
        connections.forEach(StubBroker::close);
    }

    private void serve(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                int length = in.readInt();
                if (length < 0 || length > MOST_BYTES) {
                    return;
                }
                byte[] request = new byte[length];
                in.readFully(request);
                ByteBuffer response = answer(ByteBuffer.wrap(request));
                if (response != null) {
                    byte[] bytes = new byte[4 + response.remaining()];
                    ByteBuffer.wrap(bytes).putInt(response.remaining()).put(response);
                    out.write(bytes);
                    out.flush();
                }
            }
        } catch (Exception | Error e) {
            return; // of this connection, whose client comes again
        } finally {
            connections.remove(connection);
        }
    }

    /** Null where none is wanted. */
    private ByteBuffer answer(ByteBuffer bytes) throws InterruptedException {
        RequestHeader header = RequestHeader.parse(bytes);
        AbstractRequest request = AbstractRequest.parseRequest(
                        header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes))
                .request;
        AbstractResponse response = answers.to(request);
        return response == null
                ? null
                : RequestUtils.serialize(
                        header.toResponseHeader().data(),
                        header.toResponseHeader().headerVersion(),
                        response.data(),
                        header.apiVersion());
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            return; // it is gone either way
        }
    }
}
