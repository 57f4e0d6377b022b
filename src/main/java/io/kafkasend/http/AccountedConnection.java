package io.kafkasend.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.apache.hc.core5.util.Timeout;

/**
 * A connection that is used again only while every byte that came by it is some answer's. It is looked at before each use, and
 * without a wait: the HTTP client's own look waits a millisecond, takes bytes that are there for a sign of health, and is left
 * out within two seconds of the last use. Not thread-safe, but for closing.
 */
final class AccountedConnection extends DefaultManagedHttpClientConnection {
    /** The most that one read takes: the system's interface keeps a buffer of that size for each thread. */
    private static final int LARGEST_READ = 128 * 1024;

    /** After so much of a body it is looked whether there is an answer already. */
    private static final int LARGEST_WRITE = 64 * 1024;

    private final AnswerParser answers;
    /** Below TLS too; null if the socket has none, and then there is no look, and no second use. */
    private volatile SocketChannel channel;

    private String method;
    private boolean early;
    /** The answer that came while the body was being sent; null once it is taken. */
    private ClassicHttpResponse ahead;

    private boolean sending;
    private boolean stopped;
    private boolean refused;

    private enum Look {
        QUIET,
        TALKING,
        ENDED
    }

    AccountedConnection(String id, Http1Config limits) {
        this(id, limits, new AnswerParser());
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

            @Override
            protected OutputStream getOutputStream(Socket plain) throws IOException {
                return new Listening(plain.getOutputStream());
            }
        });
    }

    @Override
    public void bind(SSLSocket tls, Socket base) throws IOException {
        if (answers.buffered() > 0) {
            throw new InvalidAnswerException("something came in the clear, after a proxy's answer and before TLS");
        }
        bind(new SocketHolder(tls, base) {
            @Override
            protected OutputStream getOutputStream(Socket socket) throws IOException {
                return new Listening(socket.getOutputStream());
            }
        });
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

    /**
     * Sends the body, until the server answers that it does not want it: by the head alone it may refuse what is too large, or
     * whose token is too old, and close (RFC 9112 §9.5). That answer is what counts, not that the rest could not be sent.
     */
    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        sending = true;
        try {
            super.sendRequestEntity(request);
            flush();
        } catch (IOException e) {
            if (!stopped && !(refused && isAnswered())) {
                throw e;
            }
            stopped = true;
        } finally {
            sending = false;
        }
    }

    /** Whether there is an answer after the server took no more of the body. */
    private boolean isAnswered() throws HttpException, InvalidAnswerException {
        try {
            ahead = ahead != null ? ahead : finalHead();
            early = true;
            return true;
        } catch (InvalidAnswerException e) {
            throw e;
        } catch (IOException e) {
            return false; // the connection broke, and nothing else
        }
    }

    /** Looks whether the server answers before it has the body, and stops sending if it refuses it. */
    private void listen() throws IOException {
        if (ahead != null || !isTalking()) {
            return;
        }
        early = true;
        try {
            ahead = finalHead();
        } catch (HttpException e) {
            throw new InvalidAnswerException("its head is not as HTTP/1 has it");
        }
        if (ahead.getCode() >= HttpStatus.SC_REDIRECTION) {
            stopped = true;
            throw new IOException("the server has answered before it had the body");
        }
    }

    private ClassicHttpResponse finalHead() throws HttpException, IOException {
        ClassicHttpResponse head = readHead();
        while (head.getCode() < HttpStatus.SC_SUCCESS) {
            head = readHead();
        }
        return head;
    }

    /** Whether a part of an answer is there. What waits below TLS may be a ticket, and is read as far as that. */
    private boolean isTalking() throws IOException {
        SocketHolder holder = getSocketHolder();
        if (holder == null) {
            return false;
        }
        boolean waits = holder.getBaseSocket().getInputStream().available() > 0;
        return waits && (holder.getSSLSocket() == null || isDataAvailable(Timeout.ONE_MILLISECOND));
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        if (ahead != null) {
            ClassicHttpResponse head = ahead;
            ahead = null;
            return head;
        }
        return readHead();
    }

    private ClassicHttpResponse readHead() throws HttpException, IOException {
        ClassicHttpResponse head;
        try {
            head = super.receiveResponseHeader();
        } catch (MessageConstraintException e) {
            throw new OversizedHeadException();
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

    /** Listens for an answer while a body is sent. */
    private final class Listening extends FilterOutputStream {
        Listening(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int at = offset, end = offset + length; at < end && !stopped; at += LARGEST_WRITE) {
                if (sending) {
                    listen();
                }
                try {
                    out.write(bytes, at, Math.min(end - at, LARGEST_WRITE));
                } catch (IOException e) {
                    refused = true;
                    throw e;
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (!stopped) {
                out.flush();
            }
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
