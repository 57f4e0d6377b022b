package io.kafkasend.portal.observe;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.management.Metrics;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;

/** How long the certificates in the portal's files are still good: read when the page is asked for, once a minute at most. */
public final class CertificateMetrics {
    private static final Duration READ_AGAIN = Duration.ofMinutes(1);

    private final Clock clock;

    /**
     * @param metrics where they go
     * @param configuration names the files
     */
    public CertificateMetrics(Metrics metrics, PortalConfiguration configuration) {
        this(metrics.registry(), configuration.settings(), Clock.systemUTC());
    }

    CertificateMetrics(MeterRegistry registry, PortalSettings settings, Clock clock) {
        this.clock = clock;
        settings.certificateFiles().forEach((setting, file) -> Gauge.builder(
                        "kafkasend.certificate.expiry", new Expiry(file), Expiry::secondsLeft)
                .description("Until the first certificate in a file is good no more")
                .baseUnit("seconds")
                .tag("file", setting.variable())
                .strongReference(true)
                .register(registry));
    }

    /** One file's. */
    private final class Expiry {
        private final Path file;
        private Instant read = Instant.MIN;
        private Instant end;

        Expiry(Path file) {
            this.file = file;
        }

        synchronized double secondsLeft() {
            Instant now = clock.instant();
            if (read.isBefore(now.minus(READ_AGAIN))) {
                read = now;
                end = end();
            }
            return end == null ? Double.NaN : Duration.between(now, end).toSeconds();
        }

        private Instant end() {
            try {
                return PemFiles.certificates(file).stream()
                        .map(X509Certificate::getNotAfter)
                        .min(Comparator.naturalOrder())
                        .map(Date::toInstant)
                        .orElse(null);
            } catch (PemException e) {
                return null; // whoever connects with it says so
            }
        }
    }
}
