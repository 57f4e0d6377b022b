package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller's connection: one request after the other, each handed to the route, and its answer written. It runs on a thread of its
 * own; {@link #look} and {@link #stop} come from others.
 */
final class CallerConnection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CallerConnection.class);

    /** The JDK's client waits for ever where it hears a final answer instead of 100 Continue; mended in version 19. */
    private static final String HANGS_WHEN_REFUSED = "Java-http-client/1[1-8](\\D.*)?";

    private static final Timeout HANDSHAKE = Timeout.ofSeconds(10);
    private static final Timeout IDLE = Timeout.ofSeconds(60);
    private static final Timeout REST = Timeout.ofSeconds(1);
    private static final Timeout SILENCE = Timeout.ofSeconds(60);
    private static final long LONGEST_WRITE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int SMALL_REST = 64 * 1024;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Socket socket;
    private final ServerTls tls;
    private final Consumer<HttpCall> route;
    private final AccessLog log;
    private final ConnectionClock clock;
    private final ServerConnection connection;
    private Socket spoken;
    private volatile boolean stopped;
    private volatile boolean late;
    private HttpCall call;
    private AnswerEntity going;
    private boolean asked;

    /**
     * @param tls null for plain HTTP
     * @param route has each request answered
     * @param head how long a head may take
     */
    CallerConnection(Socket socket, ServerTls tls, Consumer<HttpCall> route, AccessLog log, Duration head) {
        this.socket = socket;
        this.tls = tls;
        this.route = route;
        this.log = log;
        this.clock = new ConnectionClock(head);
        this.connection = new ServerConnection(tls == null ? "http" : "https", clock::headBegins);
    }

    @Override
    public void run() {
        try {
            open();
            boolean more = true;
            while (more && !stopped) {
                more = serve();
            }
        } catch (SocketTimeoutException e) {
            LOG.debug("a connection was idle");
        } catch (IOException | HttpException e) {
            LOG.atDebug().addKeyValue("reason", e.toString()).log("a connection has ended");
        } finally {
            connection.close(CloseMode.GRACEFUL);
            try {
                socket.close();
            } catch (IOException e) {
                LOG.trace("closed before", e);
            }
        }
    }

    private void open() throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        if (tls == null) {
            spoken = socket;
            connection.bind(socket);
            return;
        }
        socket.setSoTimeout(HANDSHAKE.toMillisecondsIntBound());
        SSLSocket secure = tls.over(socket);
        secure.startHandshake();
        spoken = secure;
        connection.bind(secure, socket);
    }

    /** Serves one request; false when the connection is over. */
    private boolean serve() throws IOException, HttpException {
        connection.setSocketTimeout(IDLE);
        HttpCall next;
        try {
            ClassicHttpRequest request = connection.receiveRequestHeader();
            if (request == null) {
                return false;
            }
            clock.headEnds();
            connection.setSocketTimeout(SILENCE);
            next = receive(request);
        } catch (MalformedException e) {
            refuse(e.problem());
            return false;
        } catch (IOException e) {
            if (!late) {
                throw e;
            }
            refuse(Problem.of(GatewayError.HEAD_TOO_SLOW, "the request's head was not whole in time"));
            return false;
        }
        boolean more = false;
        long sent = 0;
        synchronized (this) {
            call = next;
            going = null;
            asked = false;
        }
        try {
            route.accept(next);
            more = answer(next);
            sent = going == null ? 0 : going.bytes();
        } catch (IOException e) {
            sent = going == null ? 0 : going.bytes();
            log.brokenOff(next, going == null ? null : going.unread(), sent);
            throw e;
        } finally {
            synchronized (this) {
                call = null;
            }
            next.end();
            clock.waits();
        }
        log.answered(next, sent);
        return more && !stopped;
    }

    private HttpCall receive(ClassicHttpRequest request) throws IOException, HttpException {
        RequestHead head = RequestHead.of(request);
        connection.receiveRequestEntity(request);
        HttpEntity entity = request.getEntity();
        InputStream content = entity == null ? null : entity.getContent();
        boolean waits = head.chunkable() && head.tokens(HttpHeaders.EXPECT).contains("100-continue");
        RequestBody body = new RequestBody(
                content, entity == null ? 0 : entity.getContentLength(), waits ? this::tellToSend : null);
        HttpCall received = new HttpCall(head, body, socket.getInetAddress(), certificate());
        if (head.chunkable()) {
            received.interimBy(this::interim); // HTTP/1.0 has none
        }
        return received;
    }

    /** On the thread that reads the body, while that of the connection waits for the answer. */
    private synchronized void tellToSend() throws IOException {
        if (call == null || going != null || call.answer() != null) {
            throw new IOException("the request is over");
        }
        askForBody();
    }

    private synchronized void askForBody() throws IOException {
        asked = true;
        interim(100, "Continue", List.of());
    }

    /** Tells something ahead of the answer. */
    private synchronized void interim(int status, String reason, List<HeaderField> headers) throws IOException {
        ClassicHttpResponse response = new BasicClassicHttpResponse(status, reason);
        headers.forEach(field -> response.addHeader(field.name(), field.value()));
        try {
            connection.sendResponseHeader(response);
            connection.flush();
        } catch (HttpException e) {
            throw new IOException(e);
        }
    }

    private X509Certificate certificate() {
        SSLSession session = spoken instanceof SSLSocket secure ? secure.getSession() : null;
        try {
            Certificate[] shown = session == null ? new Certificate[0] : session.getPeerCertificates();
            return shown.length > 0 && shown[0] instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // none was asked for
        }
    }

    /** Writes the answer; false when the connection cannot be used again. */
    private boolean answer(HttpCall done) throws IOException, HttpException {
        HttpAnswer answer = done.answer();
        try (InputStream body = answer.body()) {
            if (done.isGone()) {
                throw new IOException("the caller went away");
            }
            connection.setSocketTimeout(REST);
            boolean read = done.body().finish(SMALL_REST, hasBodyOnItsWay(done));
            if (connection.hadTrailers()) {
                log.droppedTrailers(done);
            }
            RequestHead head = done.head();
            boolean bodiless =
                    head.method().equals("HEAD") || answer.status() == NO_CONTENT || answer.status() == NOT_MODIFIED;
            boolean more =
                    read && head.persistent() && !stopped && (bodiless || answer.length() >= 0 || head.chunkable());
            ClassicHttpResponse response = AnswerHead.of(done, answer, bodiless);
            if (!more) {
                response.setHeader(HttpHeaders.CONNECTION, "close");
            }
            AnswerEntity entity = new AnswerEntity(body, answer.length(), () -> connection.close(CloseMode.IMMEDIATE));
            synchronized (this) {
                going = entity;
            }
            connection.sendResponseHeader(response);
            if (!bodiless && body.available() == 0) {
                connection.flush(); // the head is told when it is there, and else goes with what follows
            }
            if (!bodiless) {
                response.setEntity(entity);
                connection.sendResponseEntity(response);
            }
            connection.flush();
            if (!read) {
                linger();
            }
            return more;
        }
    }

    /** Whether the body comes without being asked for, or was. */
    private boolean hasBodyOnItsWay(HttpCall done) throws IOException {
        synchronized (this) {
            if (!done.body().isAwaited() || asked) {
                return true;
            }
        }
        boolean hangs = done.head().header(HttpHeaders.USER_AGENT).orElse("").matches(HANGS_WHEN_REFUSED);
        if (hangs) {
            askForBody();
        }
        return hangs;
    }

    /** A request that could not be read: it is answered, and nothing after it looked at. */
    private void refuse(Problem problem) throws IOException, HttpException {
        clock.headEnds();
        HttpCall none = new HttpCall(
                new RequestHead("GET", "/", "", List.of(), false, true),
                new RequestBody(null, 0, null),
                socket.getInetAddress(),
                null);
        none.answer(problem);
        answer(none);
        log.malformed(none, problem);
        linger();
    }

    /** Takes what still comes for a while: a close at once would take the answer from a caller that is still sending. */
    private void linger() throws IOException {
        spoken.shutdownOutput();
        spoken.setSoTimeout(1_000);
        InputStream in = spoken.getInputStream();
        byte[] dropped = new byte[8192];
        for (long end = System.nanoTime() + LINGER_NANOS; System.nanoTime() - end < 0; ) {
            if (in.read(dropped) < 0) {
                return;
            }
        }
    }

    /** Looks whether the caller is still there, while its answer is waited for, and takes what is written. */
    void look() {
        if (clock.isHeadLate()) {
            tooSlow();
            return;
        }
        HttpCall gone;
        synchronized (this) {
            if (call == null || call.isGone() || !isGone()) {
                return;
            }
            gone = call;
        }
        gone.gone();
    }

    /** Whoever reads the head finds its end. */
    private void tooSlow() {
        late = true;
        clock.headEnds();
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            LOG.trace("closed before", e);
        }
    }

    private boolean isGone() {
        if (going != null && going.writingSince() != 0) {
            boolean stuck = System.nanoTime() - going.writingSince() > LONGEST_WRITE_NANOS;
            if (stuck) {
                connection.close(CloseMode.IMMEDIATE); // which ends the write
            }
            return stuck;
        }
        try {
            return call.body().isAtEnd() && connection.isStale();
        } catch (IOException e) {
            return true;
        }
    }

    /** No request after the one at hand; none where it waits for one. */
    void stop() {
        stopped = true;
        if (!isBusy()) {
            connection.close(CloseMode.IMMEDIATE);
        }
    }

    /** Ends it where it waits for a request; whoever would have asked next asks on another. */
    void drop() {
        if (!isBusy()) {
            stopped = true;
            try {
                socket.close();
            } catch (IOException e) {
                LOG.trace("closed before", e);
            }
        }
    }

    /** Ends it, with the request at hand. */
    void end() {
        stopped = true;
        connection.close(CloseMode.IMMEDIATE);
    }

    /** Whether a request is at hand. */
    boolean isBusy() {
        return clock.idleSince() == 0;
    }

    /** Since when it waits for a request, by {@link System#nanoTime}; 0 where one is at hand, or it is over. */
    long idleSince() {
        return stopped ? 0 : clock.idleSince();
    }

    /** Where it comes from. */
    InetAddress peer() {
        return socket.getInetAddress();
    }
}
