package io.kafkasend.portal.connect;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.setting.Setting;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsFiles;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 or newer, the server's name always verified, with authorities and a client certificate from PEM files. New
 * connections use what the files hold then; as long as new files cannot be used, what they held before. Thread-safe.
 */
final class RotatingTls implements TlsSocketStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingTls.class);

    private final TlsFiles files;
    /** Where authorities are set, for who reads that a certificate is not trusted. */
    private final String trusted;

    private List<String> stamp = List.of();
    private TlsSocketStrategy current;

    private RotatingTls(TlsFiles files, String trusted) {
        this.files = files;
        this.trusted = trusted;
    }

    /** From the files that settings name; from the JDK where they name none. */
    static RotatingTls of(
            PortalSettings settings,
            Setting<Optional<Path>> authorities,
            Setting<Optional<Path>> certificate,
            Setting<Optional<Path>> key) {
        Optional<Path> file = settings.get(authorities);
        return new RotatingTls(
                new TlsFiles(file, settings.get(certificate), settings.get(key)),
                file.isPresent() ? authorities.variable() : "the JDK; set " + authorities.variable());
    }

    /**
     * Reads the files, if that was not done yet.
     *
     * @throws PemException with one line, if one of them cannot be used
     */
    synchronized void load() throws PemException {
        if (current == null) {
            List<String> found = files.stamp();
            current = strategy();
            stamp = found;
        }
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        TlsSocketStrategy strategy = latest();
        try {
            return strategy.upgrade(socket, target, port, attachment, context);
        } catch (IOException e) {
            throw clearer(e, target);
        }
    }

    /** Whatever ends a handshake, the request was not sent: timeouts and broken connections must not look as if it were. */
    private SSLException clearer(IOException failure, String target) {
        String what = failure instanceof SSLException
                ? failure.getMessage()
                : "the TLS handshake with " + target + " broke off: " + failure.getMessage();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                what = "the certificate of " + target + " is of no authority trusted by " + trusted;
            }
        }
        SSLException clearer = new SSLHandshakeException(what);
        clearer.initCause(failure);
        return clearer;
    }

    private synchronized TlsSocketStrategy latest() throws PemException {
        load();
        List<String> found = files.stamp();
        if (!found.equals(stamp)) {
            stamp = found; // once for each change, whatever comes of it
            try {
                current = strategy();
                LOG.atInfo().addKeyValue("files", files.named()).log("certificates have changed");
            } catch (PemException e) {
                LOG.atWarn()
                        .addKeyValue("fault", e.getMessage())
                        .log("certificates have changed, and are of no use; those before them stay");
            } catch (RuntimeException | Error e) {
                stamp = List.of(); // no fault of theirs: they are looked at again
                LOG.atWarn()
                        .addKeyValue("fault", EnduringTask.shown(e))
                        .log("certificates have changed, and cannot be read; those before them stay");
            }
        }
        return current;
    }

    private TlsSocketStrategy strategy() throws PemException {
        return new DefaultClientTlsStrategy(
                TlsContexts.of(files.read()),
                TlsContexts.protocols().toArray(String[]::new),
                null,
                SSLBufferMode.STATIC,
                HostnameVerificationPolicy.BOTH,
                HttpsSupport.getDefaultHostnameVerifier());
    }
}
