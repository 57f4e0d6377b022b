package io.kafkasend.portal.call;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.AccessTokens;
import io.kafkasend.oauth.ClientAuthentication;
import io.kafkasend.oauth.ClientAuthentication.PrivateKeyJwt;
import io.kafkasend.oauth.ClientAuthentication.SecretBasic;
import io.kafkasend.oauth.ClientAuthentication.SecretPost;
import io.kafkasend.oauth.ClientAuthentication.TlsClientAuth;
import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientCredentialsTokens;
import io.kafkasend.oauth.ClientSecret;
import io.kafkasend.oauth.Rotated;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.oauth.TokenRequestListener;
import io.kafkasend.oauth.TokenTransport;
import io.kafkasend.portal.connect.Destination;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.security.address.NameService;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code authorise}: the portal's own access token for the call, and a fresh one after the API has refused it.
 * Thread-safe.
 */
public final class Authorisation extends ServiceSupport implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Authorisation.class);
    /** One request at a time; one that was given up may still be connecting. */
    private static final int CONNECTIONS = 5;

    /** Null when PORTAL_USE_OAUTH is false, as are the tokens. */
    private final Destination server;

    private final AccessTokens tokens;

    private final List<TokenRequestListener> whenAsked = new CopyOnWriteArrayList<>();
    /** Where secrets go in the clear. */
    private final Optional<String> cleartextHost;

    /**
     * @param configuration the client credentials
     */
    public Authorisation(PortalConfiguration configuration) {
        boolean used = configuration.settings().get(TokenSettings.USE_OAUTH);
        this.server = used ? Destination.tokenServer(configuration.settings(), configuration.names()) : null;
        Optional<ClientCredentials> credentials =
                used ? Optional.of(credentials(configuration.settings())) : Optional.empty();
        this.tokens =
                credentials.map(known -> tokens(known, server, this::tell)).orElse(null);
        this.cleartextHost = credentials.filter(ClientCredentials::cleartext).map(ClientCredentials::host);
    }

    /** Registers what hears how each request for a token ended. */
    public void whenAsked(TokenRequestListener listener) {
        whenAsked.add(listener);
    }

    private void tell(Optional<TokenException.Kind> failure, Duration lasted) {
        whenAsked.forEach(listener -> listener.ended(failure, lasted));
    }

    /**
     * @throws IllegalArgumentException with one line, if nothing can start with the token server as it is set
     */
    @Override
    protected void doStart() {
        if (server != null) {
            server.examine();
        }
        cleartextHost.ifPresent(host -> LOG.atWarn()
                .addKeyValue("host", host)
                .log("OAUTH2_TOKEN_URL is not https: secrets and tokens go in the clear; for development only"));
    }

    /**
     * @throws TokenException when the token server gives none
     */
    @Override
    public void process(Exchange exchange) throws TokenException {
        if (tokens == null) {
            return;
        }
        JobExchange.of(exchange).job().tally().awaits(ResponseStatus.TOKEN);
        AccessToken refused = JobExchange.of(exchange).call().refusedToken();
        JobExchange.of(exchange).token(refused == null ? tokens.current() : tokens.renew(refused));
    }

    /**
     * Asks the token server once, for no call.
     *
     * @param settings those of a portal that uses OAuth
     * @param patience how long it may take
     * @throws TokenException when it gives none
     */
    public static AccessToken fetch(PortalSettings settings, NameService names, Duration patience)
            throws TokenException {
        Destination server = Destination.tokenServer(settings, names);
        try (HttpClientConnectionManager connections = server.connections(CONNECTIONS, patience, patience)) {
            TokenTransport transport = new TokenTransport(connections, server.routes(), patience);
            return new ClientCredentialsTokens(credentials(settings), Clock.systemUTC(), transport).current();
        } catch (IOException e) {
            throw new IllegalStateException(e); // to close a pool
        }
    }

    private static AccessTokens tokens(
            ClientCredentials credentials, Destination server, TokenRequestListener listener) {
        TokenTransport transport = new TokenTransport(
                server.connections(CONNECTIONS, TokenTransport.CONNECT_TIMEOUT, TokenTransport.TIMEOUT),
                server.routes(),
                TokenTransport.TIMEOUT);
        return new ClientCredentialsTokens(credentials, Clock.systemUTC(), transport, listener);
    }

    private static ClientCredentials credentials(PortalSettings settings) {
        try {
            return new ClientCredentials(
                    URI.create(settings.get(TokenSettings.TOKEN_URL)),
                    settings.get(TokenSettings.CLIENT_ID),
                    authentication(settings),
                    Rotated.from(
                            "certificates for the token server",
                            () -> TlsMaterial.read(
                                    settings.get(TokenSettings.TOKEN_CA_FILE),
                                    settings.get(TokenSettings.TOKEN_CERTIFICATE_FILE),
                                    settings.get(TokenSettings.TOKEN_KEY_FILE))),
                    settings.get(TokenSettings.SCOPE),
                    settings.get(TokenSettings.AUDIENCE),
                    settings.get(TokenSettings.RESOURCE));
        } catch (IOException e) {
            // The settings' check has read the files a moment ago.
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static ClientAuthentication authentication(PortalSettings settings) throws IOException {
        return switch (settings.get(TokenSettings.CLIENT_AUTHENTICATION)) {
            case TokenSettings.TLS_CLIENT_AUTH -> new TlsClientAuth();
            case TokenSettings.PRIVATE_KEY_JWT -> {
                Path file = settings.get(TokenSettings.PRIVATE_KEY_FILE).orElseThrow();
                yield new PrivateKeyJwt(
                        Rotated.from("OAUTH2_PRIVATE_KEY_FILE", () -> PrivateKeyJwt.signingKey(file)),
                        settings.get(TokenSettings.KEY_ID),
                        settings.get(TokenSettings.ASSERTION_AUDIENCE));
            }
            case TokenSettings.CLIENT_SECRET_POST -> new SecretPost(secret(settings));
            default -> new SecretBasic(secret(settings));
        };
    }

    private static Rotated<ClientSecret> secret(PortalSettings settings) throws IOException {
        Optional<Path> file = settings.get(TokenSettings.CLIENT_SECRET_FILE);
        return file.isPresent()
                ? Rotated.from("OAUTH2_CLIENT_SECRET_FILE", () -> ClientSecret.read(file.get()))
                : Rotated.fixed(new ClientSecret(settings.get(TokenSettings.CLIENT_SECRET)));
    }
}
