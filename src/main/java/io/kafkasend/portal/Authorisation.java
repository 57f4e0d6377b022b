package io.kafkasend.portal;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.AccessTokens;
import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientCredentialsTokens;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.oauth.TokenTransport;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
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

    /**
     * @param configuration the client credentials
     */
    public Authorisation(PortalConfiguration configuration) {
        boolean used = configuration.settings().get(PortalSettings.USE_OAUTH);
        this.server = used ? Destination.tokenServer(configuration.settings(), configuration.names()) : null;
        this.tokens = used ? tokens(configuration.settings(), server) : null;
    }

    /**
     * @throws IllegalArgumentException with one line, if nothing can start with the token server as it is set
     */
    @Override
    protected void doStart() {
        if (server != null) {
            server.examine();
        }
    }

    /**
     * @throws TokenException when the token server gives none
     */
    @Override
    public void process(Exchange exchange) throws TokenException {
        if (tokens == null) {
            return;
        }
        AccessToken refused =
                exchange.getProperty(ExchangeKeys.CALL, ApiCall.class).refusedToken();
        exchange.setProperty(ExchangeKeys.TOKEN, refused == null ? tokens.current() : tokens.renew(refused));
    }

    private static AccessTokens tokens(PortalSettings settings, Destination server) {
        ClientCredentials credentials = ClientCredentials.of(
                settings.get(PortalSettings.TOKEN_URL),
                settings.get(PortalSettings.CLIENT_ID),
                settings.get(PortalSettings.CLIENT_SECRET),
                settings.get(PortalSettings.SCOPE),
                settings.get(PortalSettings.AUDIENCE));
        if (credentials.cleartext()) {
            LOG.atWarn()
                    .addKeyValue("host", credentials.host())
                    .log("OAUTH2_TOKEN_URL is not https: the client secret goes in the clear; for development only");
        }
        TokenTransport transport = new TokenTransport(
                server.connections(CONNECTIONS, TokenTransport.CONNECT_TIMEOUT, TokenTransport.TIMEOUT),
                server.routes(),
                TokenTransport.TIMEOUT);
        return new ClientCredentialsTokens(credentials, Clock.systemUTC(), transport);
    }
}
