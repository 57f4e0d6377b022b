package io.kafkasend.portal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.tls.TestAuthority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateMetricsTest {
    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now;

    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @Test
    void aFilesFirstEndIsToldAndANewFileIsSeenWithinAMinute() throws IOException {
        // Given
        TestAuthority authority = new TestAuthority("ca");
        Instant end = authority.certificate().getNotAfter().toInstant();
        now = end.minus(Duration.ofDays(3));
        Path file = TestAuthority.write(directory, "ca.pem", authority.pem());
        new CertificateMetrics(
                registry,
                Configurations.with(Map.of("ca-file", file.toString())).settings(),
                clock);
        Gauge expiry = registry.get("kafkasend.certificate.expiry")
                .tag("file", "PORTAL_CA_FILE")
                .gauge();

        // Then
        assertThat(registry.getMeters()).hasSize(1);
        assertThat(expiry.value()).isEqualTo(Duration.ofDays(3).toSeconds());

        // When
        now = end.plusSeconds(5);

        // Then
        assertThat(expiry.value()).isEqualTo(-5);

        // When
        Files.writeString(file, "no certificate");
        now = now.plusSeconds(61);

        // Then
        assertThat(expiry.value()).isNaN();
    }

    @Test
    void whereNoFileIsSetThereIsNothingToTell() {
        // When
        new CertificateMetrics(registry, Configurations.defaults().settings(), Clock.systemUTC());

        // Then
        assertThat(registry.getMeters()).isEmpty();
    }
}
