package io.kafkasend.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** The signed statement by which a client proves who it is (RFC 7523 section 3). A new one for each request. */
final class Assertion {

    /** How long one can be used: 60 s, so that one that leaks is soon worth nothing. */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    private Assertion() {}

    /** Signs one at a time. Without {@code nbf}: a server whose clock is behind would refuse it. */
    static SignedJWT sign(ClientCredentials credentials, ClientAuthentication.PrivateKeyJwt method, Instant now) {
        PrivateKey key = method.key().value();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(credentials.clientId())
                .subject(credentials.clientId())
                .audience(method.audienceFor(credentials.tokenUrl()))
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        JWSHeader header = new JWSHeader.Builder(key instanceof ECPrivateKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
                .keyID(method.keyId().isEmpty() ? null : method.keyId())
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(signer(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the key does not sign", e);
        }
        return jwt;
    }

    private static JWSSigner signer(PrivateKey key) throws JOSEException {
        return key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key);
    }
}
