package io.kafkasend.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;

/**
 * A connection that is used again only while every byte that came by it is some answer's. It is looked at before each use, and
 * without a wait: the HTTP client's own look waits a millisecond, takes bytes that are there for a sign of health, and is left
 * out within two seconds of the last use. Not thread-safe, but for closing.
 */
final class AccountedConnection extends DefaultManagedHttpClientConnection {
    /** The most that one read takes: the system's interface keeps a buffer of that size for each thread. */
    private static final int LARGEST_READ = 128 * 1024;

    private final AnswerParser answers;
    /** Below TLS too; null if the socket has none, and then there is no look, and no second use. */
    private volatile SocketChannel channel;

    private String method;
    private boolean early;

    private enum Look {
        QUIET,
        TALKING,
        ENDED
    }

    AccountedConnection(String id, Http1Config limits) {
        this(id, limits, new AnswerParser(limits));
    }

    private AccountedConnection(String id, Http1Config limits, AnswerParser answers) {
        super(id, null, null, limits, null, null, null, null, new HttpMessageParserFactory<ClassicHttpResponse>() {
            @Override
            @Deprecated
            public HttpMessageParser<ClassicHttpResponse> create(Http1Config config) {
                return answers;
            }

            @Override
            public HttpMessageParser<ClassicHttpResponse> create() {
                return answers;
            }
        });
        this.answers = answers;
    }

    @Override
    public void bind(Socket socket) throws IOException {
        channel = socket.getChannel();
        bind(new SocketHolder(socket) {
            @Override
            protected InputStream getInputStream(Socket plain) throws IOException {
                return new ShortReads(plain.getInputStream());
            }
        });
    }

    @Override
    public void bind(SSLSocket tls, Socket base) throws IOException {
        if (answers.buffered() > 0) {
            throw new InvalidAnswerException("something came in the clear, after a proxy's answer and before TLS");
        }
        super.bind(tls, base);
    }

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        if (method == null
                && getSSLSession() == null
                && getSocket().getInputStream().available() > 0) {
            early = true; // who answers before it was asked may answer what is asked next, too
        }
        method = request.getMethod();
        super.sendRequestHeader(request);
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        ClassicHttpResponse head;
        try {
            head = super.receiveResponseHeader();
        } catch (MessageConstraintException e) {
            throw new InvalidAnswerException("its head is too large");
        } catch (HttpException e) {
            throw new InvalidAnswerException("its head is not as HTTP/1 has it");
        }
        if (head.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
            throw new InvalidAnswerException("it switches to another protocol (101), which was not asked for");
        }
        if (head.getCode() >= HttpStatus.SC_SUCCESS && !Method.CONNECT.isSame(method)) {
            Framing.check(method, head);
        }
        return head;
    }

    /** Whether it may go back to the pool: the answer is read to its end, and nothing came after it. */
    @Override
    public boolean isConsistent() {
        return super.isConsistent() && !early && answers.buffered() == 0;
    }

    /** Whether it may not be used again: the pool asks each time. */
    @Override
    public boolean isStale() {
        return !isOpen() || look() != Look.QUIET;
    }

    /**
     * What is there now. A byte that waits may be taken by the look: the connection is given up then. Under TLS whatever waits
     * counts, since only reading on could tell what it is; session tickets come before the first answer and are read with it.
     */
    private Look look() {
        SocketHolder holder = getSocketHolder();
        SocketChannel below = channel;
        if (holder == null || below == null) {
            return Look.ENDED;
        }
        try {
            SSLSocket tls = holder.getSSLSocket();
            if (answers.buffered() > 0 || tls != null && tls.getInputStream().available() > 0) {
                return Look.TALKING;
            }
            below.configureBlocking(false);
            try {
                int read = below.read(ByteBuffer.allocate(1));
                return read == 0 ? Look.QUIET : read > 0 ? Look.TALKING : Look.ENDED;
            } finally {
                below.configureBlocking(true);
            }
        } catch (IOException e) {
            return Look.ENDED;
        }
    }

    /** Reads no more at once than {@link #LARGEST_READ}. */
    private static final class ShortReads extends FilterInputStream {
        ShortReads(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, LARGEST_READ));
        }
    }
}
