package io.kafkasend.portal.call;

import io.kafkasend.concurrent.DoublingWait;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RetrySettings;
import io.kafkasend.protocol.Method;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Whether a failed call may be made again, and after which wait. Waits grow twofold up to a limit and are drawn at random
 * from zero to that ("full jitter"), so that jobs which failed together do not come back together. Thread-safe.
 */
final class RetryPolicy {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private final int maxAttempts;
    private final Duration maxDelay;
    private final boolean unsafe;
    private final Clock clock;
    private final DoubleSupplier random;

    /**
     * @param random from 0 to 1
     */
    RetryPolicy(PortalSettings settings, Clock clock, DoubleSupplier random) {
        this.maxAttempts = settings.get(RetrySettings.RETRY_MAX_ATTEMPTS);
        this.maxDelay = Duration.ofSeconds(settings.get(RetrySettings.RETRY_MAX_DELAY_SECONDS));
        this.unsafe = settings.get(RetrySettings.RETRY_UNSAFE);
        this.clock = clock;
        this.random = random;
    }

    /** Whether a further attempt may follow this many. */
    boolean mayFollow(int attempts) {
        return attempts < maxAttempts;
    }

    /**
     * Whether a request that may have reached the API can be sent again: if it is idempotent (RFC 9110 §9.2.2), or the
     * operator says so. An answer such as 503 is no exception: it is not certain that nothing was done.
     */
    boolean isRepeatable(Method method) {
        return unsafe || method != Method.POST && method != Method.PATCH;
    }

    /** Whether the status says that the same request may pass a little later. */
    static boolean isPassing(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    /** The wait after this many attempts. */
    Duration delay(int attempts) {
        Duration longest = new DoublingWait(FIRST, maxDelay).of(attempts);
        return Duration.ofNanos((long) (longest.toNanos() * random.getAsDouble()));
    }

    /** The wait that the API asks for, up to the limit; that after this many attempts where it does not say. */
    Duration delay(int attempts, String retryAfter) {
        return parse(retryAfter).map(asked -> min(asked, maxDelay)).orElseGet(() -> delay(attempts));
    }

    /** Retry-After (RFC 9110 §10.2.3): seconds, or a date in the preferred format. */
    private Optional<Duration> parse(String retryAfter) {
        if (retryAfter == null) {
            return Optional.empty();
        }
        String value = retryAfter.strip();
        if (SECONDS.matcher(value).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant();
            Duration left = Duration.between(clock.instant(), then);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
