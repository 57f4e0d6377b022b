package io.kafkasend.cli.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.finding.Finding.Level;
import io.kafkasend.tls.TestAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateFilesTest {
    @ParameterizedTest
    @CsvSource({"-40, OK, good until", "-10, WARN, good until", "1, FAIL, ended on"})
    void aCertificateThatEndsIsToldBeforeItDoes(int daysAfterItsEnd, Level level, String said) {
        // Given
        X509Certificate certificate = new TestAuthority("some CA").certificate();
        Instant now = certificate.getNotAfter().toInstant().plus(Duration.ofDays(daysAfterItsEnd));

        // Then
        assertThat(CertificateFiles.finding("PORTAL_CA_FILE ca.pem", List.of(certificate), now))
                .matches(finding -> finding.level() == level)
                .matches(finding -> finding.what().startsWith("PORTAL_CA_FILE ca.pem: 1 certificate, "))
                .matches(finding -> finding.what().contains(said));
    }
}
