package io.kafkasend.http;

import java.io.IOException;
import java.util.Set;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Which requests may share a connection, one after the other; all else has one of its own, which is told to the server
 * ({@code Connection: close}). A server that answers without reading a body takes the body for the next request, and would
 * carry it out: it does not after a request that was the connection's last. Thread-safe.
 */
public final class OneJobEach implements ConnectionReuseStrategy, ExecChainHandler {
    /** Without a body, these end with their head, and may be made again should the connection turn out dead. */
    private static final Set<String> SHARING = Set.of("GET", "PUT", "DELETE", "OPTIONS");
    /** These say the length of their body even if there is none (RFC 9110 §8.6); some servers refuse others that do. */
    private static final Set<String> MEASURED = Set.of("POST", "PUT", "PATCH");

    /** Has a client go by it. */
    public static void govern(HttpClientBuilder client) {
        OneJobEach policy = new OneJobEach();
        client.setConnectionReuseStrategy(policy)
                .addExecInterceptorBefore(ChainElement.CONNECT.name(), "one-job-each", policy);
    }

    private OneJobEach() {}

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (!MEASURED.contains(request.getMethod()) && !hasBody(request.getEntity())) {
            request.setEntity(null);
        }
        boolean alone = !SHARING.contains(request.getMethod()) || hasBody(request.getEntity());
        // Said in either case: the HTTP client would offer an upgrade to TLS in its place.
        request.setHeader(HttpHeaders.CONNECTION, alone ? "close" : "keep-alive");
        if (alone) {
            connectAnew(scope);
        }
        return chain.proceed(request, scope);
    }

    /** Not by a connection that stood idle: it may be closed at this very moment, and this cannot always be repeated. */
    private static void connectAnew(ExecChain.Scope scope) throws IOException {
        if (!scope.execRuntime.isEndpointAcquired()) {
            scope.execRuntime.acquireEndpoint(
                    scope.exchangeId, scope.route, scope.clientContext.getUserToken(), scope.clientContext);
        }
        try {
            if (scope.execRuntime.isEndpointConnected()) {
                scope.execRuntime.disconnectEndpoint();
            }
        } catch (IOException | RuntimeException e) {
            scope.execRuntime.discardEndpoint();
            throw e;
        }
    }

    private static boolean hasBody(HttpEntity entity) {
        return entity != null && entity.getContentLength() != 0;
    }

    /** Whether the connection may go back to the pool once the answer is read: if nothing speaks against it. */
    @Override
    public boolean keepAlive(HttpRequest request, HttpResponse response, HttpContext context) {
        return request instanceof ClassicHttpRequest sent
                && SHARING.contains(sent.getMethod())
                && !hasBody(sent.getEntity())
                && HttpVersion.HTTP_1_1.equals(response.getVersion())
                && Framing.isCertain(sent.getMethod(), response)
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }
}
