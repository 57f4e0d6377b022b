package io.kafkasend.oauth;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PKITLSClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.oauth.TokenException.Kind;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** One token request, and what its answer means. Without state of its own, so thread-safe. */
final class TokenRequester {

    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> CLIENT_ERRORS = Set.of("invalid_client", "unauthorized_client");
    private static final Set<String> PASSING_ERRORS = Set.of("server_error", "temporarily_unavailable");
    private static final int MAX_DETAIL = 200;

    private final ClientCredentials credentials;
    private final HTTPRequestSender sender;

    TokenRequester(ClientCredentials credentials, HTTPRequestSender sender) {
        this.credentials = credentials;
        this.sender = sender;
    }

    /**
     * Asks the token server once; once more if it refuses the client and there is a new secret, key or certificate by then.
     *
     * @param asked when, by the portal's clock: lifetimes count from before the request, which errs on the safe side
     */
    AccessToken request(Instant asked) throws TokenException {
        credentials.refresh();
        HTTPResponse response = exchange(asked);
        if (refusesTheClient(response) && credentials.refresh()) {
            response = exchange(asked);
        }
        int status = response.getStatusCode();
        if (status == HTTPResponse.SC_OK) {
            return token(response, asked);
        }
        throw refusal(response, status);
    }

    private HTTPResponse exchange(Instant asked) throws TokenException {
        try {
            return message(asked).send(sender);
        } catch (TokenTransport.ResponseTooLargeException e) {
            throw failure(Kind.MALFORMED, "sent an answer larger than " + TokenTransport.MAX_RESPONSE_BYTES + " bytes");
        } catch (AddressRefusedException e) {
            throw failure(Kind.ADDRESS_REFUSED, "not connected to, since " + e.getMessage());
        } catch (IOException e) {
            throw failure(Kind.UNAVAILABLE, why(e));
        }
    }

    /** The same failure in words that the other failures have, for what this class cannot foresee. */
    TokenException unexpected(Throwable cause) {
        return failure(
                Kind.UNAVAILABLE, "the request failed (" + cause.getClass().getSimpleName() + ")");
    }

    TokenException failure(Kind kind, String what) {
        return new TokenException(kind, "token server " + credentials.host() + ": " + what);
    }

    private HTTPRequest message(Instant now) {
        TokenRequest.Builder builder = builder(now);
        if (!credentials.scope().isEmpty()) {
            builder.scope(new Scope(credentials.scope().split(" ")));
        }
        if (!credentials.audience().isEmpty()) {
            builder.customParameter("audience", credentials.audience());
        }
        if (!credentials.resources().isEmpty()) {
            builder.resources(credentials.resources().toArray(URI[]::new));
        }
        HTTPRequest request = builder.build().toHTTPRequest();
        request.setAccept("application/json");
        return request;
    }

    /** The request with the client's proof in it. */
    private TokenRequest.Builder builder(Instant now) {
        URI url = credentials.tokenUrl();
        ClientID id = new ClientID(credentials.clientId());
        ClientCredentialsGrant grant = new ClientCredentialsGrant();
        ClientAuthentication authentication = credentials.authentication();
        if (authentication instanceof ClientAuthentication.SecretBasic basic) {
            return new TokenRequest.Builder(url, new ClientSecretBasic(id, secret(basic.secret())), grant);
        }
        if (authentication instanceof ClientAuthentication.SecretPost post) {
            return new TokenRequest.Builder(url, new ClientSecretPost(id, secret(post.secret())), grant);
        }
        if (authentication instanceof ClientAuthentication.PrivateKeyJwt jwt) {
            return new TokenRequest.Builder(url, new PrivateKeyJWT(Assertion.sign(credentials, jwt, now)), grant);
        }
        // The transport shows the certificate; the form has the id.
        X509Certificate own = credentials.tls().value().chain().get(0);
        return new TokenRequest.Builder(url, new PKITLSClientAuthentication(id, own), grant);
    }

    private static Secret secret(Rotated<ClientSecret> secret) {
        return new Secret(secret.value().value());
    }

    private AccessToken token(HTTPResponse response, Instant asked) throws TokenException {
        try {
            TokenAnswer answer = TokenAnswer.read(response.getBody());
            String token = answer.bearerToken();
            return new AccessToken(token, asked.plus(answer.lifetime()));
        } catch (IllegalArgumentException e) {
            throw failure(Kind.MALFORMED, "answered 200 " + e.getMessage());
        }
    }

    /** By RFC 6749, and as Keycloak says it. */
    private static boolean refusesTheClient(HTTPResponse response) {
        int status = response.getStatusCode();
        return status == HTTPResponse.SC_UNAUTHORIZED
                || status == HTTPResponse.SC_BAD_REQUEST
                        && CLIENT_ERRORS.contains(String.valueOf(TokenAnswer.errorIn(response.getBody())));
    }

    private TokenException refusal(HTTPResponse response, int status) {
        String answered = "answered " + status;
        if (status >= 500 || status == 429 || status == 408) {
            return failure(Kind.UNAVAILABLE, answered);
        }
        if (status < 400) {
            String redirect = status >= 300 ? ", a redirect, which is not followed" : ", not 200";
            return failure(Kind.MALFORMED, answered + redirect);
        }
        String code = TokenAnswer.errorIn(response.getBody());
        if (code == null) {
            return failure(Kind.REJECTED, answered + " without an OAuth error code");
        }
        String shown = ERROR_CODE.matcher(code).matches() ? code : "an unreadable error code";
        Kind kind = PASSING_ERRORS.contains(code) ? Kind.UNAVAILABLE : Kind.REJECTED;
        return failure(kind, answered + " " + shown);
    }

    /** In our own words, since messages of the HTTP client may quote what the server sent. */
    private static String why(IOException failure) {
        if (failure instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof UnknownHostException) {
            return "host name not found";
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (failure instanceof InvalidAnswerException) {
            return "its answer is not taken: " + failure.getMessage(); // our own words
        }
        if (failure instanceof SSLException) {
            return "no TLS connection (" + printable(failure.getMessage()) + ")";
        }
        return "the connection broke (" + failure.getClass().getSimpleName() + ")";
    }

    private static String printable(String text) {
        String clean = String.valueOf(text).replaceAll("[^\\x20-\\x7E]", "?");
        return clean.length() <= MAX_DETAIL ? clean : clean.substring(0, MAX_DETAIL) + "...";
    }
}
