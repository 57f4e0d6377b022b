package io.kafkasend.portal.observe;

import io.kafkasend.config.TokenSettings;
import io.kafkasend.management.OwnCheck;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.call.Authorisation;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;

/** The token server, as the last request for a token ended. It takes no portal out of service. Thread-safe. */
public final class TokenServerCheck extends OwnCheck {
    private final boolean used;
    private final String url;
    private final LongSupplier nanoTime;
    private volatile Asked last;

    private record Asked(Optional<TokenException.Kind> failure, long nanos) {}

    /**
     * @param configuration whether there is one, and where
     * @param authorisation hears how each request ended
     */
    public TokenServerCheck(PortalConfiguration configuration, Authorisation authorisation) {
        this(configuration, System::nanoTime);
        authorisation.whenAsked(this::asked);
    }

    TokenServerCheck(PortalConfiguration configuration, LongSupplier nanoTime) {
        super("token-server", false, false);
        this.used = configuration.settings().get(TokenSettings.USE_OAUTH);
        this.url = used ? Place.of(URI.create(configuration.settings().get(TokenSettings.TOKEN_URL))) : "";
        this.nanoTime = nanoTime;
    }

    void asked(Optional<TokenException.Kind> failure, Duration lasted) {
        last = new Asked(failure, nanoTime.getAsLong());
    }

    @Override
    protected void examine(HealthCheckResultBuilder builder) {
        Asked asked = last;
        if (!used) {
            builder.up().detail("last_request", "none: PORTAL_USE_OAUTH is false");
            return;
        }
        builder.detail("url", url);
        if (asked == null) {
            builder.unknown().detail("last_request", "none yet");
            return;
        }
        builder.detail(
                        "last_request",
                        asked.failure
                                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                .orElse("token"))
                .detail("seconds_since_request", TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - asked.nanos));
        if (asked.failure.isEmpty()) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
