package io.kafkasend.portal;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.AccessTokens;
import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientCredentialsTokens;
import io.kafkasend.oauth.TokenException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code authorise}: the portal's own access token for the call, and a fresh one after the API has refused it.
 * Thread-safe.
 */
public final class Authorisation implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Authorisation.class);

    /** Null when PORTAL_USE_OAUTH is false. */
    private final AccessTokens tokens;

    /**
     * @param configuration the client credentials
     */
    public Authorisation(PortalConfiguration configuration) {
        this.tokens = tokens(configuration.settings());
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

    private static AccessTokens tokens(PortalSettings settings) {
        if (!settings.get(PortalSettings.USE_OAUTH)) {
            return null;
        }
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
        return new ClientCredentialsTokens(credentials);
    }
}
