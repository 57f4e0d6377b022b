package io.kafkasend.gateway.http;

import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsFiles;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS 1.3 and 1.2. New connections use what the files hold then; as long as new files are of no use, what they held
 * before. Thread-safe.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final TlsFiles files;
    private List<String> stamp;
    private Side current;

    private record Side(SSLContext context, boolean callersShowCertificates) {
        static Side of(TlsMaterial material) {
            return new Side(TlsContexts.of(material), !material.trusted().isEmpty());
        }
    }

    /**
     * @throws PemException in one line that names the file at fault
     */
    ServerTls(TlsFiles files) throws PemException {
        this.files = files;
        this.stamp = files.stamp();
        this.current = Side.of(files.read());
    }

    SSLSocket over(Socket socket) throws IOException {
        Side side = latest();
        SSLSocket secure = (SSLSocket) side.context()
                .getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secure.setUseClientMode(false);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(TlsContexts.protocols().toArray(String[]::new));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setNeedClientAuth(side.callersShowCertificates());
        secure.setSSLParameters(parameters);
        return secure;
    }

    private synchronized Side latest() {
        List<String> found = files.stamp();
        if (!found.equals(stamp)) {
            stamp = found; // once for each change, whatever comes of it
            try {
                current = Side.of(files.read());
                LOG.atInfo().addKeyValue("files", files.named()).log("certificates have changed");
            } catch (PemException | RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("fault", e.getMessage())
                        .log("certificates have changed, and are of no use; those before them stay");
            }
        }
        return current;
    }
}
