package io.kafkasend.dev;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.text.ParseException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an API accepts whose tokens somebody else issues, such as Keycloak: JSON Web Tokens (RFC 7519), signed by a key that the
 * issuer publishes (OpenID Connect Discovery). The issuer is asked with the first token, and again for keys that are not known.
 * Thread-safe.
 */
public final class IssuedTokens {
    private static final Logger LOG = LoggerFactory.getLogger(IssuedTokens.class);

    private static final int PATIENCE_MILLIS = 5_000;

    private final String issuer;
    private volatile DefaultJWTProcessor<SecurityContext> processor;

    /** @param issuer the issuer's URL, as its tokens name it */
    public IssuedTokens(String issuer) {
        this.issuer = issuer;
    }

    /**
     * Whether the issuer signed a token that has not expired.
     *
     * @param token as a client presents it; may be null
     */
    public boolean isValid(String token) {
        if (token == null) {
            return false;
        }
        try {
            ready().process(token, null);
            return true;
        } catch (ParseException | BadJOSEException e) {
            return false;
        } catch (JOSEException | GeneralException | IOException e) {
            LOG.atWarn()
                    .addKeyValue("issuer", issuer)
                    .addKeyValue("cause", e.getMessage())
                    .log("cannot read the issuer's keys; the token is refused");
            return false;
        }
    }

    private DefaultJWTProcessor<SecurityContext> ready() throws GeneralException, IOException {
        if (processor == null) {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(issuer), PATIENCE_MILLIS, PATIENCE_MILLIS);
            DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
            made.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256),
                    JWKSourceBuilder.create(metadata.getJWKSetURI().toURL()).build()));
            made.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                    new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp")));
            processor = made;
        }
        return processor;
    }
}
