package io.kafkasend.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes JSSE's contexts of {@link TlsMaterial}. Stateless. */
public final class TlsContexts {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** For a key store that never leaves memory. */
    private static final char[] NO_PASSWORD = new char[0];

    private TlsContexts() {}

    /**
     * Makes a context. It must be used together with {@link #protocols()} or {@link #parameters()}: a context alone does not
     * bind its versions.
     *
     * @param material whom to trust, and who one is
     * @return a context, thread-safe
     * @throws IllegalArgumentException if this JDK takes a certificate or key not at all
     */
    public static SSLContext of(TlsMaterial material) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(material), trustManagers(material), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("this JDK does not take the certificates or the key", e);
        }
    }

    /**
     * The versions of TLS that are spoken: 1.3 and 1.2.
     *
     * @return JSSE's names for them
     */
    public static List<String> protocols() {
        return PROTOCOLS;
    }

    /**
     * The parameters of a connection: {@link #protocols()}, and the server's name is checked as HTTPS does (RFC 2818).
     *
     * @return new ones
     */
    public static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(PROTOCOLS.toArray(String[]::new));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    private static KeyManager[] keyManagers(TlsMaterial material) throws GeneralSecurityException, IOException {
        if (material.key() == null) {
            return null;
        }
        KeyStore store = emptyStore();
        store.setKeyEntry("own", material.key(), NO_PASSWORD, material.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(TlsMaterial material) throws GeneralSecurityException, IOException {
        if (material.trusted().isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        for (int i = 0; i < material.trusted().size(); i++) {
            store.setCertificateEntry("authority-" + i, material.trusted().get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
