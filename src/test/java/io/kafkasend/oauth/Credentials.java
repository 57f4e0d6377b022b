package io.kafkasend.oauth;

import io.kafkasend.tls.TlsMaterial;
import java.net.URI;
import java.util.List;

/** Credentials for tests: by secret, or as a test needs them. */
final class Credentials {

    private Credentials() {}

    static ClientCredentials of(String tokenUrl, String clientId, String secret, String scope, String audience) {
        return of(URI.create(tokenUrl), clientId, secret, scope, audience);
    }

    static ClientCredentials of(URI tokenUrl, String clientId, String secret, String scope, String audience) {
        ClientAuthentication basic = new ClientAuthentication.SecretBasic(Rotated.fixed(new ClientSecret(secret)));
        return new ClientCredentials(
                tokenUrl, clientId, basic, Rotated.fixed(TlsMaterial.NONE), scope, audience, List.of());
    }

    static ClientCredentials with(URI tokenUrl, ClientAuthentication authentication) {
        return with(tokenUrl, authentication, TlsMaterial.NONE);
    }

    static ClientCredentials with(URI tokenUrl, ClientAuthentication authentication, TlsMaterial tls) {
        return new ClientCredentials(tokenUrl, "portal", authentication, Rotated.fixed(tls), "", "", List.of());
    }
}
