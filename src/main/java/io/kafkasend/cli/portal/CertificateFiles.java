package io.kafkasend.cli.portal;

import io.kafkasend.cli.finding.Finding;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.setting.Setting;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The files with certificates that the settings name, and when what is in them ends. Immutable. */
record CertificateFiles(PortalSettings settings) {
    private static final Duration SOON = Duration.ofDays(30);

    /** One for each file; none where none is named. */
    List<Finding> findings(Instant now) {
        List<Finding> found = new ArrayList<>();
        settings.certificateFiles().forEach((setting, file) -> found.add(look(setting, file, now)));
        return found;
    }

    private static Finding look(Setting<?> setting, Path file, Instant now) {
        try {
            return finding(setting.variable() + " " + file, PemFiles.certificates(file), now);
        } catch (PemException e) {
            return Finding.fail("tls", e.getMessage(), "put PEM certificates there");
        }
    }

    /** The one that ends first says how it stands. */
    static Finding finding(String name, List<X509Certificate> certificates, Instant now) {
        Instant end = certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        String what = name + ": " + certificates.size() + (certificates.size() == 1 ? " certificate" : " certificates");
        if (end.isBefore(now)) {
            return Finding.fail("tls", what + ", of which one ended on " + end, "renew it");
        }
        String good = what + ", good until " + end;
        return end.isBefore(now.plus(SOON))
                ? Finding.warn("tls", good, "renew it; the portal reads new files by itself, but for Kafka's")
                : Finding.ok("tls", good);
    }
}
