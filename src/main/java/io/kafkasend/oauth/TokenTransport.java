package io.kafkasend.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.http.DirectConnections;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends the SDK's requests to the token server, by Apache's HTTP client. Thread-safe.
 *
 * <p>Why not the SDK's own transport: the read timeout of {@code HttpURLConnection} is for each read, so a server that
 * drips a byte every few seconds would hold it for ever. Here one timeout is for the whole exchange, from looking the host
 * up to the last byte. Besides, no redirect is followed (credentials would go along), no proxy is used but the one given, no
 * cookie is kept, nothing is repeated, and no more than {@value #MAX_RESPONSE_BYTES} bytes of an answer are read. Each
 * request has a connection of its own: tokens are fetched rarely, and an idle connection may be dead by then.
 */
public final class TokenTransport implements HTTPRequestSender {

    /** The largest response body taken, in bytes: 1 MiB. */
    public static final int MAX_RESPONSE_BYTES = 1024 * 1024;

    /** How long connecting may take by default. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long the whole exchange may take by default. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final CloseableHttpClient client;
    private final Duration timeout;

    /** Makes one with {@link #CONNECT_TIMEOUT} and {@link #TIMEOUT}, that connects to wherever a name leads. */
    public TokenTransport() {
        this(CONNECT_TIMEOUT, TIMEOUT);
    }

    /**
     * Makes one that connects to wherever a name leads, and trusts whom the JDK trusts.
     *
     * @param connectTimeout how long connecting may take, more than zero
     * @param timeout how long the whole exchange may take, connecting included, more than zero
     */
    public TokenTransport(Duration connectTimeout, Duration timeout) {
        this(connectTimeout, timeout, TlsContexts.of(TlsMaterial.NONE));
    }

    /**
     * Makes one that connects to wherever a name leads.
     *
     * @param connectTimeout how long connecting may take, more than zero
     * @param timeout how long the whole exchange may take, connecting included, more than zero
     * @param context whom to trust, and the own certificate; TLS 1.2 or newer is spoken
     */
    public TokenTransport(Duration connectTimeout, Duration timeout, SSLContext context) {
        this(
                new DirectConnections(connectTimeout)
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(
                                context,
                                TlsContexts.protocols().toArray(String[]::new),
                                null,
                                SSLBufferMode.STATIC,
                                HostnameVerificationPolicy.BOTH,
                                HttpsSupport.getDefaultHostnameVerifier()))
                        .build(),
                new DefaultRoutePlanner(null),
                timeout);
    }

    /**
     * Makes one.
     *
     * @param connections how to connect: name service, TLS, timeout
     * @param routes whether by a proxy
     * @param timeout how long the whole exchange may take, connecting included, more than zero
     */
    public TokenTransport(HttpClientConnectionManager connections, HttpRoutePlanner routes, Duration timeout) {
        this.client = HttpClients.custom()
                .setConnectionManager(connections)
                .setRoutePlanner(routes)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(timeout))
                        .setResponseTimeout(Timeout.of(timeout))
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("KafkaSend")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
        this.timeout = timeout;
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param request what to send
     * @return the answer, whatever its status; its body read as UTF-8
     * @throws HttpTimeoutException if connecting or the whole exchange took too long
     * @throws ResponseTooLargeException if the body is larger than {@value #MAX_RESPONSE_BYTES} bytes
     * @throws IOException if there was no connection, it broke, or the calling thread was interrupted (its flag stays set)
     */
    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        HttpUriRequestBase message = new HttpUriRequestBase(request.getMethod().name(), request.getURI());
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> message.addHeader(name, value)));
        message.setHeader("Connection", "close");
        if (request.getBody() != null) {
            message.setEntity(new ByteArrayEntity(request.getBody().getBytes(StandardCharsets.UTF_8), null));
        }
        // On a thread of its own, since reads of a socket and name services know neither deadline nor interruption.
        FutureTask<HTTPResponse> exchange = new FutureTask<>(() -> client.execute(message, TokenTransport::toNimbus));
        DaemonThreads.named("kafkasend-token-exchange", exchange).start();
        try {
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within " + timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            message.cancel();
        }
    }

    private static IOException failure(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return new HttpConnectTimeoutException("no connection");
        }
        if (cause instanceof SocketTimeoutException) {
            return new HttpTimeoutException("no answer");
        }
        return cause instanceof IOException io ? io : new IOException("request failed", cause);
    }

    private static HTTPResponse toNimbus(ClassicHttpResponse answer) throws IOException {
        HTTPResponse response = new HTTPResponse(answer.getCode());
        Header type = answer.getFirstHeader("Content-Type");
        if (type != null) {
            try {
                response.setContentType(type.getValue());
            } catch (ParseException e) {
                // An unreadable type is as good as none: what needs JSON will refuse the response.
                response.setEntityContentType(null);
            }
        }
        response.setBody(body(answer.getEntity()));
        return response;
    }

    private static String body(HttpEntity entity) throws IOException {
        if (entity == null) {
            return "";
        }
        byte[] bytes = entity.getContent().readNBytes(MAX_RESPONSE_BYTES + 1);
        if (bytes.length > MAX_RESPONSE_BYTES) {
            throw new ResponseTooLargeException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The response body is larger than {@link TokenTransport#MAX_RESPONSE_BYTES}. */
    public static final class ResponseTooLargeException extends IOException {
        ResponseTooLargeException() {
            super("response larger than " + MAX_RESPONSE_BYTES + " bytes");
        }
    }
}
