package io.kafkasend.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Sends the SDK's requests to the token server, by the JDK's HTTP client. Thread-safe.
 *
 * <p>Why not the SDK's own transport: the read timeout of {@code HttpURLConnection} is for each read, so a server that
 * drips a byte every few seconds would hold it for ever. Here one timeout is for the whole exchange, from connecting to
 * the last byte. Besides, no redirect is followed (credentials would go along), no proxy is used, no cookie is kept, and
 * no more than {@value #MAX_RESPONSE_BYTES} bytes of an answer are read.
 */
public final class TokenTransport implements HTTPRequestSender {

    /** The largest response body taken, in bytes: 1 MiB. */
    public static final int MAX_RESPONSE_BYTES = 1024 * 1024;

    /** How long connecting may take by default. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long the whole exchange may take by default. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final Duration timeout;

    /** Makes one with {@link #CONNECT_TIMEOUT} and {@link #TIMEOUT} that trusts whom the JDK trusts. */
    public TokenTransport() {
        this(CONNECT_TIMEOUT, TIMEOUT);
    }

    /**
     * Makes one that trusts whom the JDK trusts.
     *
     * @param connectTimeout how long connecting may take, more than zero
     * @param timeout how long the whole exchange may take, connecting included, more than zero
     */
    public TokenTransport(Duration connectTimeout, Duration timeout) {
        this(connectTimeout, timeout, TlsContexts.of(TlsMaterial.NONE));
    }

    /**
     * Makes one.
     *
     * @param connectTimeout how long connecting may take, more than zero
     * @param timeout how long the whole exchange may take, connecting included, more than zero
     * @param context whom to trust, and the own certificate; TLS 1.2 or newer is spoken
     */
    public TokenTransport(Duration connectTimeout, Duration timeout, SSLContext context) {
        this.client = HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .sslContext(context)
                .sslParameters(TlsContexts.parameters())
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1)
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
        String body = request.getBody() == null ? "" : request.getBody();
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.getURI())
                .timeout(timeout)
                .method(request.getMethod().name(), HttpRequest.BodyPublishers.ofString(body));
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(builder.build(), head -> new BoundedBody());
        try {
            return toNimbus(exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within " + timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException("request failed", e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    private static HTTPResponse toNimbus(HttpResponse<byte[]> answer) {
        HTTPResponse response = new HTTPResponse(answer.statusCode());
        answer.headers().firstValue("Content-Type").ifPresent(type -> {
            try {
                response.setContentType(type);
            } catch (ParseException e) {
                // An unreadable type is as good as none: what needs JSON will refuse the response.
                response.setEntityContentType(null);
            }
        });
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    /** The response body is larger than {@link TokenTransport#MAX_RESPONSE_BYTES}. */
    public static final class ResponseTooLargeException extends IOException {
        ResponseTooLargeException() {
            super("response larger than " + MAX_RESPONSE_BYTES + " bytes");
        }
    }

    /** Gathers a body, and gives up as soon as it is too large. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.remaining() > MAX_RESPONSE_BYTES - bytes.size()) {
                    subscription.cancel();
                    body.completeExceptionally(new ResponseTooLargeException());
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
