package io.kafkasend.portal.connect;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.http.DirectConnections;
import io.kafkasend.portal.event.SecurityEvents;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.address.GuardedResolver;
import io.kafkasend.security.address.NameService;
import io.kafkasend.setting.Setting;
import io.kafkasend.tls.PemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the places that the portal connects to, and how: to an address that was checked, by TLS as it is set, and by a proxy
 * only if one is set. Thread-safe.
 */
public final class Destination {
    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);

    /** What names the host that is connected to: the destination's own setting, or its proxy's. */
    private final Setting<?> setting;

    private final Setting<?> behindProxy;
    private final URI url;
    private final GuardedResolver resolver;
    private final RotatingTls tls;
    private volatile boolean resolved;

    private Destination(
            Setting<?> setting,
            Setting<String> proxySetting,
            PortalSettings settings,
            NameService names,
            RotatingTls tls) {
        String proxy = settings.get(proxySetting);
        this.setting = proxy.isEmpty() ? setting : proxySetting;
        this.behindProxy = proxy.isEmpty() ? null : setting;
        this.url = URI.create(settings.get(this.setting).toString());
        this.resolver = new GuardedResolver(
                url.getHost(),
                names,
                (address, violation) -> SecurityEvents.addressRefused(this.setting, address, violation));
        this.tls = tls;
    }

    /** The API. */
    public static Destination api(PortalSettings settings, NameService names) {
        return new Destination(
                ApiSettings.TARGET_API_URL,
                ApiSettings.PROXY_URL,
                settings,
                names,
                RotatingTls.of(
                        settings,
                        ApiSettings.CA_FILE,
                        ApiSettings.CLIENT_CERTIFICATE_FILE,
                        ApiSettings.CLIENT_KEY_FILE));
    }

    /** Where the API is reached, host and port, as a log names it; with the proxy's where there is one. */
    public static String apiAddress(PortalSettings settings) {
        String api = authority(settings.get(ApiSettings.TARGET_API_URL));
        String proxy = settings.get(ApiSettings.PROXY_URL);
        return proxy.isEmpty() ? api : api + " by the proxy " + authority(URI.create(proxy));
    }

    private static String authority(URI url) {
        int port = url.getPort() > 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
        return url.getHost() + ":" + port;
    }

    /** The token server. */
    public static Destination tokenServer(PortalSettings settings, NameService names) {
        return new Destination(
                TokenSettings.TOKEN_URL,
                TokenSettings.TOKEN_PROXY_URL,
                settings,
                names,
                RotatingTls.of(
                        settings,
                        TokenSettings.TOKEN_CA_FILE,
                        TokenSettings.TOKEN_CERTIFICATE_FILE,
                        TokenSettings.TOKEN_KEY_FILE));
    }

    /**
     * Looks at it before anything starts, and logs what the operator should know.
     *
     * @throws IllegalArgumentException with one line, if {@link #fault} has one
     */
    public void examine() {
        fault().ifPresent(line -> {
            LOG.error(line); // Camel's runtimes bury the exception in their own
            throw new IllegalArgumentException(line);
        });
        if (!resolved) {
            LOG.atWarn()
                    .addKeyValue("setting", setting.variable())
                    .addKeyValue("host", url.getHost())
                    .log("the host has no address yet; the first that is found decides whether it is internal");
        }
        if (behindProxy != null) {
            LOG.atWarn()
                    .addKeyValue("setting", setting.variable())
                    .addKeyValue("proxy", url)
                    .log("the proxy, not the portal, looks up the host of " + behindProxy.variable()
                            + ": its addresses are not checked");
        }
    }

    /** Why nothing can start with it, in one line: its name leads to where nobody may ever connect, or a TLS file is unfit. */
    public Optional<String> fault() {
        try {
            tls.load();
            resolved = resolver.examine();
            return Optional.empty();
        } catch (PolicyViolation e) {
            return Optional.of(
                    setting.variable() + " is \"" + url + "\", to which the portal never connects: " + e.detail());
        } catch (PemException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Connects, as far as TLS, and ends the connection without a request.
     *
     * @param patience how long connecting may take to each address, and then each step of the TLS handshake
     * @throws java.net.UnknownHostException where the host has no address
     * @throws io.kafkasend.security.address.AddressRefusedException where it has none that may be connected to
     * @throws IOException where nobody takes the connection, or TLS fails
     */
    public Reached reach(Duration patience) throws IOException {
        boolean encrypted = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : encrypted ? 443 : 80;
        IOException failure = null;
        for (InetAddress address : resolver.resolve(url.getHost())) {
            InetSocketAddress place = new InetSocketAddress(address, port);
            try (Socket socket = SocketChannel.open().socket()) { // by no SOCKS proxy of the JVM's
                socket.connect(place, (int) patience.toMillis());
                socket.setSoTimeout((int) patience.toMillis());
                if (behindProxy != null || !encrypted) {
                    return new Reached(place, behindProxy != null, Optional.empty(), Optional.empty());
                }
                try (SSLSocket secured = tls.upgrade(socket, url.getHost(), port, null, null)) {
                    SSLSession session = secured.getSession();
                    X509Certificate shown = (X509Certificate) session.getPeerCertificates()[0];
                    return new Reached(
                            place,
                            false,
                            Optional.of(session.getProtocol()),
                            Optional.of(shown.getNotAfter().toInstant()));
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure; // the resolver gives one address at least
    }

    /** Whether by a proxy; never by one of the JVM's or the environment's. */
    public HttpRoutePlanner routes() {
        return behindProxy == null
                ? new DefaultRoutePlanner(null)
                : new DefaultProxyRoutePlanner(new HttpHost(url.getScheme(), url.getHost(), url.getPort()));
    }

    /**
     * A pool of connections; whoever closes the client closes it.
     *
     * @param most how many at once
     * @param connectTimeout how long connecting may take, and then the TLS handshake
     * @param readTimeout how long each read may take
     */
    public HttpClientConnectionManager connections(int most, Duration connectTimeout, Duration readTimeout) {
        return new DirectConnections(connectTimeout)
                .setDnsResolver(resolver)
                .setTlsSocketStrategy(tls)
                .setMaxConnTotal(most)
                .setMaxConnPerRoute(most)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(Timeout.of(readTimeout))
                        .build())
                .build();
    }
}
