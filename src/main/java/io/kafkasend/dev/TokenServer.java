package io.kafkasend.dev;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.http.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OAuth 2.0 token endpoint for development and tests: {@code POST /token} with the client credentials grant (RFC
 * 6749, section 4.4), the client authenticated by HTTP Basic or by form parameters. Tokens are random and known to
 * this server alone; {@link #isValid} tells an API whether to accept one.
 *
 * <p>All methods are thread-safe.
 */
public final class TokenServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenServer.class);

    private static final int MAX_FORM_BYTES = 64 * 1024;

    private final String clientId;
    private volatile String clientSecret;
    private final Set<String> scopes;
    private final Duration expiresIn;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> expiryByToken = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong tokensIssued = new AtomicLong();
    private final DevHttpServer server;

    private TokenServer(Builder builder) {
        clientId = builder.clientId;
        clientSecret = builder.clientSecret;
        scopes = Set.copyOf(builder.scopes);
        expiresIn = builder.expiresIn;
        clock = builder.clock;
        server = DevHttpServer.start("token-server", builder.host, builder.port, this::handle);
    }

    /**
     * Starts a token server on a free port of 127.0.0.1 that takes any scope; its tokens are valid for five minutes.
     *
     * @param clientId the one client's id
     * @param clientSecret the one client's secret
     * @return the server, ready for clients
     * @throws StartException if it cannot listen
     */
    public static TokenServer start(String clientId, String clientSecret) {
        return builder(clientId, clientSecret).start();
    }

    /**
     * Begins the description of a token server.
     *
     * @param clientId the one client's id
     * @param clientSecret the one client's secret
     * @return a builder with the defaults of {@link #start}
     */
    public static Builder builder(String clientId, String clientSecret) {
        return new Builder(clientId, clientSecret);
    }

    /**
     * Says where tokens are to be had.
     *
     * @return the token endpoint, such as {@code http://127.0.0.1:8081/token}
     */
    public URI tokenUrl() {
        return server.url().resolve("/token");
    }

    /**
     * The server's port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return server.port();
    }

    /**
     * Counts what came in at the token endpoint, refused requests too.
     *
     * @return requests since the start
     */
    public long requests() {
        return requests.get();
    }

    /**
     * Counts the tokens.
     *
     * @return tokens issued since the start, revoked and expired ones too
     */
    public long tokensIssued() {
        return tokensIssued.get();
    }

    /**
     * Says whether a token is good.
     *
     * @param token an access token, as a client presents it; may be null
     * @return whether this server issued it, has not revoked it, and it has not expired
     */
    public boolean isValid(String token) {
        Instant expiry = token == null ? null : expiryByToken.get(token);
        return expiry != null && clock.instant().isBefore(expiry);
    }

    /** Makes every token issued so far invalid; clients learn of it by a 401 from the API. */
    public void revokeAll() {
        expiryByToken.clear();
    }

    /**
     * Replaces the client's secret. Tokens that were issued stay valid.
     *
     * @param clientSecret the new secret; the old one is refused from now on
     */
    public void changeSecret(String clientSecret) {
        this.clientSecret = Objects.requireNonNull(clientSecret, "clientSecret");
    }

    /** Stops the server. A second call does nothing. */
    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (!"/token".equals(exchange.uri().getPath())) {
            exchange.sendJson(404, new JsonObject().put("error", "not_found"));
            return;
        }
        requests.incrementAndGet();
        exchange.set("Cache-Control", "no-store");
        exchange.set("Pragma", "no-cache");
        if (!exchange.method().equals("POST")) {
            exchange.set("Allow", "POST");
            refuse(exchange, 405, "invalid_request", "the token endpoint takes POST");
            return;
        }
        byte[] body = exchange.body().readNBytes(MAX_FORM_BYTES + 1);
        if (body.length > MAX_FORM_BYTES) {
            refuse(exchange, 413, "invalid_request", "the form is larger than " + MAX_FORM_BYTES + " bytes");
            return;
        }
        String contentType = exchange.header("Content-Type");
        if (contentType == null
                || !contentType.split(";", 2)[0].trim().equalsIgnoreCase("application/x-www-form-urlencoded")) {
            refuse(exchange, 400, "invalid_request", "the body must be application/x-www-form-urlencoded");
            return;
        }
        Map<String, String> form;
        try {
            form = parseForm(new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            refuse(exchange, 400, "invalid_request", e.getMessage());
            return;
        }
        answer(exchange, form);
    }

    private void answer(HttpExchange exchange, Map<String, String> form) throws IOException {
        String authorization = exchange.header("Authorization");
        if (authorization != null && form.containsKey("client_secret")) {
            refuse(exchange, 400, "invalid_request", "the client authenticates in two ways at once");
            return;
        }
        boolean authenticated = authorization == null
                ? matches(clientId, form.get("client_id")) & matches(clientSecret, form.get("client_secret"))
                : isBasicOfClient(authorization);
        if (!authenticated) {
            exchange.set("WWW-Authenticate", "Basic realm=\"token-server\"");
            refuse(exchange, 401, "invalid_client", "unknown client, or wrong secret");
            return;
        }
        String grant = form.get("grant_type");
        if (grant == null) {
            refuse(exchange, 400, "invalid_request", "grant_type is missing");
            return;
        }
        if (!grant.equals("client_credentials")) {
            refuse(exchange, 400, "unsupported_grant_type", "this server knows client_credentials only");
            return;
        }
        List<String> requested = Arrays.stream(form.getOrDefault("scope", "").split(" "))
                .filter(scope -> !scope.isEmpty())
                .toList();
        if (!scopes.isEmpty() && !scopes.containsAll(requested)) {
            refuse(exchange, 400, "invalid_scope", "the client may not have that scope");
            return;
        }
        List<String> granted = requested.isEmpty() ? scopes.stream().sorted().toList() : requested;
        JsonObject json = new JsonObject()
                .put("access_token", issue())
                .put("token_type", "Bearer")
                .put("expires_in", expiresIn.toSeconds());
        if (!granted.isEmpty()) {
            json.put("scope", String.join(" ", granted));
        }
        exchange.sendJson(200, json);
    }

    private String issue() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        expiryByToken.values().removeIf(expiry -> !now.isBefore(expiry));
        expiryByToken.put(token, now.plus(expiresIn));
        tokensIssued.incrementAndGet();
        return token;
    }

    private boolean isBasicOfClient(String authorization) {
        String[] parts = authorization.trim().split(" +", 2);
        if (parts.length != 2 || !parts[0].equalsIgnoreCase("Basic")) {
            return false;
        }
        String[] credentials;
        try {
            credentials = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return credentials.length == 2
                && isBasicPart(clientId, credentials[0]) & isBasicPart(clientSecret, credentials[1]);
    }

    /** RFC 6749 wants id and secret form-encoded before they go into Basic; many clients leave that out. */
    private static boolean isBasicPart(String expected, String given) {
        boolean plain = matches(expected, given);
        try {
            return plain | matches(expected, URLDecoder.decode(given, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return plain;
        }
    }

    private static boolean matches(String expected, String given) {
        return given != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> parseForm(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (form.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("a parameter is there twice");
            }
        }
        return form;
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the form is not well encoded", e);
        }
    }

    private static void refuse(HttpExchange exchange, int status, String error, String description) throws IOException {
        LOG.debug("Token refused status={} error={}", status, error);
        exchange.sendJson(status, new JsonObject().put("error", error).put("error_description", description));
    }

    /** Describes a token server before it starts. Not thread-safe. */
    public static final class Builder {

        private final String clientId;
        private final String clientSecret;
        private String host = "127.0.0.1";
        private int port;
        private List<String> scopes = new ArrayList<>();
        private Duration expiresIn = Duration.ofMinutes(5);
        private InstantSource clock = InstantSource.system();

        private Builder(String clientId, String clientSecret) {
            this.clientId = Objects.requireNonNull(clientId, "clientId");
            this.clientSecret = Objects.requireNonNull(clientSecret, "clientSecret");
        }

        /**
         * Sets the local address to listen on.
         *
         * @param host a name or an address. Default: 127.0.0.1
         * @return this builder
         */
        public Builder host(String host) {
            this.host = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * Sets the port.
         *
         * @param port 1 to 65535, or 0 (the default) for a free one
         * @return this builder
         */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /**
         * Limits the scopes; a request for another one is refused with {@code invalid_scope}, one for none gets all.
         *
         * @param scopes what the client may have. Default: none, which takes any
         * @return this builder
         */
        public Builder scopes(String... scopes) {
            this.scopes = List.of(scopes);
            return this;
        }

        /**
         * Sets how long a token is valid.
         *
         * @param expiresIn one second or more; told to clients in whole seconds. Default: five minutes
         * @return this builder
         * @throws IllegalArgumentException if it is less than a second
         */
        public Builder expiresIn(Duration expiresIn) {
            if (expiresIn.toSeconds() < 1) {
                throw new IllegalArgumentException("expiresIn must be a second or more, not " + expiresIn);
            }
            this.expiresIn = expiresIn;
            return this;
        }

        /**
         * Sets the clock by which tokens expire, so that a test can move it.
         *
         * @param clock the clock. Default: the system's
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Starts the server.
         *
         * @return the server, ready for clients
         * @throws IllegalArgumentException if the port is out of range
         * @throws StartException if it cannot listen ("port 8081 is already in use")
         */
        public TokenServer start() {
            return new TokenServer(this);
        }
    }
}
