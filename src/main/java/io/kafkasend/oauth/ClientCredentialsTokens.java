package io.kafkasend.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.concurrent.DoublingWait;
import io.kafkasend.oauth.TokenException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tokens by the client credentials grant (RFC 6749 section 4.4), kept in memory. Safe for use by many threads.
 *
 * <ul>
 *   <li><b>Lifetime.</b> As {@code expires_in} says, counted from before the request and capped at {@link #MAX_LIFETIME};
 *       {@link #DEFAULT_LIFETIME} where the server does not say. Zero or less: the token is given to those who waited for
 *       it and not kept.
 *   <li><b>Renewal.</b> A token is renewed {@link #MAX_SKEW} before its end, or a tenth of its lifetime if that is less.
 *       While it is still valid, a caller waits for the renewal no longer than {@link #PATIENCE} and then goes on with the
 *       old token, as it does when the renewal fails: an outage shorter than that margin is not felt.
 *   <li><b>Single flight.</b> There is one token request at a time, on a thread of its own, and all callers that need it
 *       wait for the same one. An interrupted caller leaves; the request and the others go on.
 *   <li><b>Failures</b> are shared by those who waited. For {@link #BACK_OFF} after a server was unavailable, twice as long
 *       each time up to {@link #MAX_BACK_OFF}, and for {@link #REFUSAL_BACK_OFF} after it refused or answered nonsense,
 *       callers get the same failure without a request.
 *   <li><b>Rotation.</b> Secrets, keys and certificates that come from files are read again before each request, and once
 *       more when the server refuses the client: if they are new then, it is asked a second time.
 *   <li><b>401 from the API.</b> {@link #renew} as the interface has it. If the server gives the refused token again (some
 *       keep theirs until it expires), it is not asked for another before {@link #REFUSAL_BACK_OFF} is over.
 * </ul>
 */
public final class ClientCredentialsTokens implements AccessTokens {

    /** How long a token lives when the server does not say: 300 s. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(300);

    /** The longest that a token is kept, whatever the server says: 24 h. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(24);

    /** How long before its end a token is renewed at the earliest: 60 s. */
    public static final Duration MAX_SKEW = Duration.ofSeconds(60);

    /** How long a caller that has a valid token waits for a newer one: 2 s. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** How long the server is left alone after it was unavailable once: 1 s. */
    public static final Duration BACK_OFF = Duration.ofSeconds(1);

    /** How long it is left alone at most after it was unavailable several times in a row: 10 s. */
    public static final Duration MAX_BACK_OFF = Duration.ofSeconds(10);

    private static final DoublingWait RESTS = new DoublingWait(BACK_OFF, MAX_BACK_OFF);

    /** How long the server is left alone after it refused, or answered nonsense: 10 s. */
    public static final Duration REFUSAL_BACK_OFF = Duration.ofSeconds(10);

    private static final int SKEW_SHARE = 10;

    private final TokenRequester requester;
    private final Clock clock;
    private final TokenRequestListener listener;
    /** Made beforehand, for when there is no memory to make one. */
    private final TokenException lastWords;

    private final Object lock = new Object();
    private Kept kept;
    private Failed failed;
    private String lastRejected;
    private CompletableFuture<AccessToken> flight;

    /**
     * Makes one with the system's clock and a {@link TokenTransport} with its default timeouts, which connects as {@link
     * ClientCredentials#tls()} says.
     *
     * @param credentials who asks whom for what
     */
    public ClientCredentialsTokens(ClientCredentials credentials) {
        this(
                credentials,
                Clock.systemUTC(),
                new TlsTransport(
                        credentials.tls(),
                        context ->
                                new TokenTransport(TokenTransport.CONNECT_TIMEOUT, TokenTransport.TIMEOUT, context)));
    }

    /**
     * Makes one. Asks for no token yet.
     *
     * @param credentials who asks whom for what
     * @param clock what tells lifetimes and back-offs; a jump backwards empties the cache and ends a back-off
     * @param sender what sends the request; it must end within a time of its own, and must follow no redirect
     */
    public ClientCredentialsTokens(ClientCredentials credentials, Clock clock, HTTPRequestSender sender) {
        this(credentials, clock, sender, (failure, lasted) -> {});
    }

    /**
     * Makes one that tells of its requests.
     *
     * @param credentials who asks whom for what
     * @param clock what tells lifetimes and back-offs
     * @param sender what sends the request
     * @param listener hears of each request, on the thread that made it
     */
    public ClientCredentialsTokens(
            ClientCredentials credentials, Clock clock, HTTPRequestSender sender, TokenRequestListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        this.requester = new TokenRequester(
                Objects.requireNonNull(credentials, "credentials"), Objects.requireNonNull(sender, "sender"));
        this.clock = Objects.requireNonNull(clock, "clock");
        this.lastWords = requester.failure(Kind.UNAVAILABLE, "the request for a token failed");
    }

    @Override
    public AccessToken current() throws TokenException {
        return obtain(null);
    }

    @Override
    public AccessToken renew(AccessToken rejected) throws TokenException {
        return obtain(rejected.value());
    }

    private AccessToken obtain(String rejected) throws TokenException {
        AccessToken spare;
        CompletableFuture<AccessToken> joined;
        synchronized (lock) {
            Instant now = clock.instant();
            if (kept != null && kept.token.value().equals(rejected) && !kept.insistedOn(now)) {
                kept = null;
                lastRejected = rejected;
            }
            if (kept != null && kept.fresh(now)) {
                return kept.token;
            }
            spare = kept != null && kept.valid(now) ? kept.token : null;
            if (flight == null) {
                if (failed != null && failed.holds(now)) {
                    if (spare != null) {
                        return spare;
                    }
                    throw failed.failure.again();
                }
                flight = launch();
            }
            joined = flight;
        }
        return spare == null ? await(joined) : awaitBriefly(joined, spare);
    }

    private AccessToken await(CompletableFuture<AccessToken> joined) throws TokenException {
        try {
            return joined.get();
        } catch (ExecutionException e) {
            throw ((TokenException) e.getCause()).again();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private AccessToken awaitBriefly(CompletableFuture<AccessToken> joined, AccessToken spare) throws TokenException {
        try {
            return joined.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The spare may have ended meanwhile: then nothing but the renewal's own outcome will do.
            return clock.instant().isBefore(spare.expiresAt()) ? spare : await(joined);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private TokenException interrupted() {
        Thread.currentThread().interrupt();
        return requester.failure(Kind.UNAVAILABLE, "interrupted while waiting for a token");
    }

    /** Starts the one request. Called with the lock held. */
    private CompletableFuture<AccessToken> launch() {
        CompletableFuture<AccessToken> started = new CompletableFuture<>();
        DaemonThreads.named("kafkasend-token", () -> fly(started)).start();
        return started;
    }

    private void fly(CompletableFuture<AccessToken> started) {
        long begin = System.nanoTime();
        try {
            Instant asked = clock.instant();
            AccessToken token = requester.request(asked);
            landed(token, asked);
            listener.ended(Optional.empty(), since(begin));
            started.complete(token);
        } catch (TokenException e) {
            crashed(e);
            listener.ended(Optional.of(e.kind()), since(begin));
            started.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            // Whatever it was, nobody may be left waiting, and its message may hold what must not be shown.
            TokenException failure = requester.unexpected(e);
            crashed(failure);
            listener.ended(Optional.of(failure.kind()), since(begin));
            started.completeExceptionally(failure);
        } finally {
            if (!started.isDone()) { // an Error, and another one in telling of it
                abandon(started);
            }
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void abandon(CompletableFuture<AccessToken> started) {
        synchronized (lock) {
            if (flight == started) {
                flight = null;
            }
        }
        started.completeExceptionally(lastWords);
    }

    private void landed(AccessToken token, Instant asked) {
        synchronized (lock) {
            boolean again = token.value().equals(lastRejected);
            kept = token.expiresAt().isAfter(asked) ? new Kept(token, asked, again) : null;
            failed = null;
            flight = null;
        }
    }

    private void crashed(TokenException failure) {
        synchronized (lock) {
            Duration before = failed == null || !failed.failure.retryable() ? Duration.ZERO : failed.rest;
            failed = new Failed(failure, clock.instant(), rest(failure, before));
            flight = null;
        }
    }

    /** A token in memory. {@code again}: it is one that the API had refused before. */
    private record Kept(AccessToken token, Instant asked, boolean again) {
        boolean fresh(Instant now) {
            Duration share = Duration.between(asked, token.expiresAt()).dividedBy(SKEW_SHARE);
            Duration skew = share.compareTo(MAX_SKEW) < 0 ? share : MAX_SKEW;
            return !now.isBefore(asked) && now.isBefore(token.expiresAt().minus(skew));
        }

        boolean valid(Instant now) {
            return !now.isBefore(asked) && now.isBefore(token.expiresAt());
        }

        boolean insistedOn(Instant now) {
            return again && !now.isBefore(asked) && now.isBefore(asked.plus(REFUSAL_BACK_OFF));
        }
    }

    /** How long the server is left alone, after it was left alone for a while before. */
    private static Duration rest(TokenException failure, Duration before) {
        if (!failure.retryable()) {
            return REFUSAL_BACK_OFF;
        }
        return RESTS.after(before);
    }

    /** The last failure, until a token has come. */
    private record Failed(TokenException failure, Instant when, Duration rest) {
        boolean holds(Instant now) {
            return !now.isBefore(when) && now.isBefore(when.plus(rest));
        }
    }
}
