package io.kafkasend.gateway.http;

import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The server's side of TLS 1.3 and 1.2. Immutable. */
final class ServerTls {
    private final SSLContext context;
    private final boolean callersShowCertificates;

    ServerTls(TlsMaterial material) {
        this.context = TlsContexts.of(material);
        this.callersShowCertificates = !material.trusted().isEmpty();
    }

    SSLSocket over(Socket socket) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secure.setUseClientMode(false);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(TlsContexts.protocols().toArray(String[]::new));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setNeedClientAuth(callersShowCertificates);
        secure.setSSLParameters(parameters);
        return secure;
    }
}
