package io.kafkasend.portal.observe;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.management.OwnCheck;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.ApiSight;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * The API, as the last call saw it. It takes no portal out of service: jobs that find it ill are told so and may be tried again,
 * and another portal would see the same. Thread-safe.
 */
public final class ApiCheck extends OwnCheck {
    private final ApiBreaker breaker;
    private final String url;
    private final LongSupplier nanoTime;
    private volatile Seen last;

    private record Seen(ApiSight sight, long nanos) {}

    /**
     * @param configuration where it is
     * @param breaker sees every call
     */
    public ApiCheck(PortalConfiguration configuration, ApiBreaker breaker) {
        this(configuration, breaker, System::nanoTime);
    }

    ApiCheck(PortalConfiguration configuration, ApiBreaker breaker, LongSupplier nanoTime) {
        super("api", false, false);
        this.breaker = breaker;
        this.url = Place.of(configuration.settings().get(ApiSettings.TARGET_API_URL));
        this.nanoTime = nanoTime;
        breaker.whenCalled(attempt -> attempt.sight().ifPresent(this::saw));
    }

    void saw(ApiSight sight) {
        last = new Seen(sight, nanoTime.getAsLong());
    }

    @Override
    protected void examine(HealthCheckResultBuilder builder) {
        Seen seen = last;
        long open = breaker.notClosed();
        builder.detail("url", url).detail("open_breakers", open);
        if (seen == null) {
            builder.unknown().detail("last_call", "none yet");
            return;
        }
        builder.detail("last_call", seen.sight.name().toLowerCase(Locale.ROOT))
                .detail("seconds_since_call", TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - seen.nanos));
        if (seen.sight == ApiSight.ANSWERED && open == 0) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
