package io.kafkasend.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * Sends by connections that are made with the certificates of the moment: when they have been replaced, new connections are
 * made. Thread-safe.
 */
final class TlsTransport implements HTTPRequestSender {

    private final Rotated<TlsMaterial> material;
    private final Function<SSLContext, HTTPRequestSender> transports;
    private TlsMaterial used;
    private HTTPRequestSender transport;

    /**
     * @param material whom to trust, and who one is
     * @param transports makes what sends, of a context
     */
    TlsTransport(Rotated<TlsMaterial> material, Function<SSLContext, HTTPRequestSender> transports) {
        this.material = material;
        this.transports = transports;
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        return transport().send(request);
    }

    private synchronized HTTPRequestSender transport() {
        TlsMaterial now = material.value();
        if (!now.equals(used)) {
            transport = transports.apply(TlsContexts.of(now));
            used = now;
        }
        return transport;
    }
}
