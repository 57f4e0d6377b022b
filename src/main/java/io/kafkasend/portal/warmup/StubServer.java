package io.kafkasend.portal.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/**
 * API and token server of a warm-up, on the loopback address: tokens that are good nowhere, answers of the size that the path
 * asks for. Thread-safe.
 */
public final class StubServer implements AutoCloseable {
    private static final Pattern SIZE = Pattern.compile("/bytes/(\\d{1,8})");
    private static final byte[] TOKEN = "{\"access_token\":\"warm-up\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DOCUMENT = "{\"status\":\"ok\"}".getBytes(StandardCharsets.US_ASCII);

    private final HttpServer server;

    /**
     * Listens on a free port.
     *
     * @throws IOException where none is to be had
     */
    public StubServer() throws IOException {
        this.server = ServerBootstrap.bootstrap()
                .setLocalAddress(InetAddress.getLoopbackAddress())
                .setListenerPort(0)
                .setSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
                .register("*", this::answer)
                .create();
        server.start();
    }

    /** Where it listens. */
    public URI url() {
        String host = server.getInetAddress().getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getLocalPort());
    }

    private void answer(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context)
            throws IOException {
        EntityUtils.consume(request.getEntity());
        String path = request.getPath();
        Matcher size = SIZE.matcher(path);
        if (size.matches()) {
            byte[] bytes = new byte[Integer.parseInt(size.group(1))];
            Arrays.fill(bytes, (byte) 'x');
            response.setEntity(new ByteArrayEntity(bytes, ContentType.APPLICATION_OCTET_STREAM));
        } else {
            response.setCode(path.equals("/missing") ? 404 : 200);
            response.setEntity(
                    new ByteArrayEntity(path.equals("/token") ? TOKEN : DOCUMENT, ContentType.APPLICATION_JSON));
        }
    }

    /** Ends it, with its connections. */
    @Override
    public void close() {
        server.close(CloseMode.IMMEDIATE);
    }
}
