package io.kafkasend.oauth;

import com.nimbusds.jose.jwk.Curve;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import java.net.URI;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Objects;

/**
 * How the portal proves to the token server who it is, by the names of OpenID Connect's and RFC 8705's registries. Its text
 * shows no secret and no key.
 */
public sealed interface ClientAuthentication {

    /**
     * The method's registered name.
     *
     * @return such as {@code client_secret_basic}
     */
    String method();

    /**
     * Reads again what comes from files.
     *
     * @return whether there is a new secret or key
     */
    boolean refresh();

    /**
     * Id and secret in a Basic header, each form-encoded first (RFC 6749 section 2.3.1).
     *
     * @param secret the secret
     */
    record SecretBasic(Rotated<ClientSecret> secret) implements ClientAuthentication {
        @Override
        public String method() {
            return "client_secret_basic";
        }

        @Override
        public boolean refresh() {
            return secret.refresh();
        }
    }

    /**
     * Id and secret in the form (RFC 6749 section 2.3.1), for servers that take no Basic.
     *
     * @param secret the secret
     */
    record SecretPost(Rotated<ClientSecret> secret) implements ClientAuthentication {
        @Override
        public String method() {
            return "client_secret_post";
        }

        @Override
        public boolean refresh() {
            return secret.refresh();
        }
    }

    /**
     * A short-lived assertion, signed with the client's own key (RFC 7523 section 2.2): RS256 with an RSA key, ES256 with a
     * P-256 key. Nothing secret leaves the portal.
     *
     * @param key the key, as {@link #signingKey} takes it
     * @param keyId the assertion's {@code kid}; empty for none
     * @param audience the assertion's {@code aud}, such as the server's issuer; empty for the token URL
     */
    record PrivateKeyJwt(Rotated<PrivateKey> key, String keyId, String audience) implements ClientAuthentication {

        /** Null key id or audience become {@code ""}. */
        public PrivateKeyJwt {
            Objects.requireNonNull(key, "key");
            keyId = keyId == null ? "" : keyId.strip();
            audience = audience == null ? "" : audience.strip();
        }

        /**
         * Reads a key that can sign assertions.
         *
         * @param file a PEM file with one PKCS#8 key: RSA, or EC on the curve P-256
         * @return the key
         * @throws PemException in one line that names the file and what is wrong with it
         */
        public static PrivateKey signingKey(Path file) throws PemException {
            PrivateKey key = PemFiles.privateKey(file);
            if (key instanceof ECPrivateKey ec && !Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams()))) {
                throw new PemException(file, "holds an EC key of another curve than P-256, which ES256 needs");
            }
            return key;
        }

        @Override
        public String method() {
            return "private_key_jwt";
        }

        @Override
        public boolean refresh() {
            return key.refresh();
        }

        /** The assertion's audience for a token server. */
        String audienceFor(URI tokenUrl) {
            return audience.isEmpty() ? tokenUrl.toString() : audience;
        }
    }

    /** The client's certificate, shown when the TLS connection is made (RFC 8705 section 2.1); the form names the client's id. */
    record TlsClientAuth() implements ClientAuthentication {
        @Override
        public String method() {
            return "tls_client_auth";
        }

        /** Certificates belong to the connection: {@link ClientCredentials#tls()}. */
        @Override
        public boolean refresh() {
            return false;
        }
    }
}
