package io.kafkasend.kafka;

import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import io.kafkasend.tls.TlsMaterial;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The settings of {@link KafkaSecurity} in terms of Kafka's clients. */
final class SecurityProperties {
    private static final String PACKAGE = "org.apache.kafka.common.security.";

    private SecurityProperties() {}

    /** The properties; none where nothing is set. Some values are secret. */
    static Map<String, String> of(SecurityValues given) {
        Map<String, String> all = new HashMap<>();
        String protocol = given.text(KafkaSecurity.PROTOCOL);
        if (protocol.equals("PLAINTEXT")) {
            return all; // Kafka's own default
        }
        all.put("security.protocol", protocol);
        if (given.usesTls()) {
            putTls(given, all);
        }
        if (given.usesSasl()) {
            putSasl(given, all);
        }
        return all;
    }

    private static void putTls(SecurityValues given, Map<String, String> all) {
        all.put("ssl.enabled.protocols", "TLSv1.3,TLSv1.2");
        all.put("ssl.endpoint.identification.algorithm", "https");
        try {
            if (given.has(KafkaSecurity.CA_FILE)) {
                all.put("ssl.truststore.type", "PEM");
                all.put("ssl.truststore.certificates", pem(PemFiles.certificates(given.path(KafkaSecurity.CA_FILE))));
            }
            if (given.has(KafkaSecurity.KEY_FILE)) {
                TlsMaterial identity = given.identity();
                all.put("ssl.keystore.type", "PEM");
                all.put("ssl.keystore.certificate.chain", pem(identity.chain()));
                // Decrypted here: Kafka's own reader knows fewer ciphers than OpenSSL uses.
                all.put("ssl.keystore.key", pem("PRIVATE KEY", identity.key().getEncoded()));
            }
        } catch (PemException | CertificateEncodingException e) {
            throw new IllegalArgumentException("a file that was read is gone: " + e.getMessage(), e);
        }
    }

    private static String pem(List<X509Certificate> certificates) throws CertificateEncodingException {
        StringBuilder all = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            all.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return all.toString();
    }

    private static String pem(String type, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    private static void putSasl(SecurityValues given, Map<String, String> all) {
        String mechanism = given.text(KafkaSecurity.MECHANISM);
        all.put("sasl.mechanism", mechanism);
        if (mechanism.equals(KafkaSecurity.OAUTHBEARER)) {
            all.put("sasl.login.callback.handler.class", PACKAGE + "oauthbearer.OAuthBearerLoginCallbackHandler");
            all.put("sasl.oauthbearer.token.endpoint.url", given.text(KafkaSecurity.TOKEN_URL));
            all.put("sasl.oauthbearer.client.credentials.client.id", given.text(KafkaSecurity.CLIENT_ID));
            all.put(
                    "sasl.oauthbearer.client.credentials.client.secret",
                    given.secret(KafkaSecurity.CLIENT_SECRET, KafkaSecurity.CLIENT_SECRET_FILE));
            all.put("sasl.oauthbearer.header.urlencode", "true"); // RFC 6749 §2.3.1
            if (given.has(KafkaSecurity.SCOPE)) {
                all.put("sasl.oauthbearer.scope", given.text(KafkaSecurity.SCOPE));
            }
            String trust = given.has(KafkaSecurity.TOKEN_CA_FILE)
                    ? " ssl.truststore.type=\"PEM\" ssl.truststore.location="
                            + quoted(given.text(KafkaSecurity.TOKEN_CA_FILE))
                    : "";
            all.put("sasl.jaas.config", PACKAGE + "oauthbearer.OAuthBearerLoginModule required" + trust + ";");
        } else {
            String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            all.put(
                    "sasl.jaas.config",
                    PACKAGE + module + " required username=" + quoted(given.text(KafkaSecurity.USERNAME)) + " password="
                            + quoted(given.secret(KafkaSecurity.PASSWORD, KafkaSecurity.PASSWORD_FILE)) + ";");
        }
    }

    /** A value of a JAAS configuration; a quote, a backslash or a line's end in it would otherwise end it. */
    static String quoted(String value) {
        return '"'
                + value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }
}
