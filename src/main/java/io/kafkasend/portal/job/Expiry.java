package io.kafkasend.portal.job;

import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.RequestStart;
import java.time.Duration;
import java.util.Optional;

/**
 * Until when the call of a request may begin: as long as its client waits, by START's {@code expires_at}, and as long as the
 * operator lets a request be old, by its record's timestamp. Immutable, thread-safe.
 *
 * @param clients when the client will have given up, in milliseconds since 1970 by its clock; {@code Long.MAX_VALUE} for never
 * @param operators when the request is too old, in milliseconds since 1970 by its writer's clock or the broker's; likewise
 */
public record Expiry(long clients, long operators) {
    /** That of a request which may be called at any time. */
    public static final Expiry NEVER = new Expiry(Long.MAX_VALUE, Long.MAX_VALUE);

    /** How far another's clock may be behind the portal's. */
    public static final Duration SKEW = Duration.ofSeconds(20);

    /**
     * That of a request. One that was read before has none: its call may have begun, and its client may have been told.
     *
     * @param record where its START stands
     * @param written when that was written, in milliseconds since 1970; null where Kafka does not say
     */
    public static Expiry of(RequestStart start, LedgerEntry record, Long written, PortalConfiguration configuration) {
        if (record.wasRead()) {
            return NEVER;
        }
        Duration most = configuration.maxRequestAge();
        return new Expiry(
                start.expiresAt() == null ? Long.MAX_VALUE : millis(start.expiresAt()),
                most.isZero() || written == null || written <= 0 ? Long.MAX_VALUE : written + most.toMillis());
    }

    private static long millis(long seconds) {
        return seconds > Long.MAX_VALUE / 1_000 ? Long.MAX_VALUE : seconds * 1_000;
    }

    /**
     * Why the call may not begin any more, in one line for the client; empty where it may.
     *
     * @param now in milliseconds since 1970
     */
    public Optional<String> over(long now) {
        long late = now - SKEW.toMillis();
        if (late > clients) {
            return Optional.of("the client's time was over " + (now - clients) / 1_000
                    + " s before the call could begin, if the clocks are right; no call was made");
        }
        if (late > operators) {
            return Optional.of("the request is older than this portal takes; no call was made");
        }
        return Optional.empty();
    }
}
