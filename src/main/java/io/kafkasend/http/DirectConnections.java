package io.kafkasend.http;

import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes pools of connections whose bytes are accounted for: each is looked at before each use, and lives no longer than
 * {@value #LIFE_SECONDS} s between its making and its last use, so that new addresses and certificates are followed under
 * steady traffic too. Their sockets go by no SOCKS proxy of the JVM's (socksProxyHost).
 */
public final class DirectConnections extends PoolingHttpClientConnectionManagerBuilder {
    /** For how long after it was made a connection may be taken for another request. */
    public static final int LIFE_SECONDS = 25;

    /** The most bytes that an answer's head may have, status line and header fields together; each line may have as many. */
    public static final int HEAD_BYTES = 128 * 1024;
    /** The most header fields that it may have. */
    public static final int FIELDS = 1_000;

    /** The most fields that may come behind a body. Each may be as long as a line, and nothing of them is passed on. */
    private static final int TRAILER_FIELDS = 16;

    /**
     * @param connectTimeout how long connecting may take, and then the TLS handshake
     */
    public DirectConnections(Duration connectTimeout) {
        // The one that stood idle longest comes first: what a server sends too late has arrived by then.
        setConnPoolPolicy(PoolReusePolicy.FIFO);
        AtomicLong count = new AtomicLong();
        Http1Config limits = Http1Config.custom()
                .setMaxLineLength(HEAD_BYTES)
                .setMaxHeaderCount(TRAILER_FIELDS)
                .build();
        setConnectionFactory(socket -> {
            AccountedConnection made = new AccountedConnection("connection-" + count.incrementAndGet(), limits);
            if (socket != null) {
                made.bind(socket);
            }
            return made;
        });
        setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(connectTimeout))
                .setTimeToLive(TimeValue.ofSeconds(LIFE_SECONDS))
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build());
    }

    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
            SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
        return new DefaultHttpClientConnectionOperator(
                proxy -> SocketChannel.open().socket(), // only a channel can be looked at without waiting
                ports,
                names,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", tls)
                        .build());
    }
}
