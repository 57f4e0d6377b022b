package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.tls.JwtIssuer;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TestAuthority.Issued;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that asks who one is: listeners SECURE (SASL_SSL, every mechanism), CLEAR (SASL_PLAINTEXT) and MUTUAL (SSL with
 * client certificates), and ACLs. Its plain listener is for the test alone: who comes there is a super user.
 */
final class SecureBroker implements AutoCloseable {
    /** Everything that a careless program could end a quoted string, a line or a property with. */
    static final String PASSWORD = "c4nary \"; user_x=\"y\" \\ \n' ${env:HOME} #%ü";

    static final String PLAIN_PASSWORD = "plain-c4nary";
    static final String CLIENT_SECRET = "oauth~c4nary+%";

    final Path directory;
    final TestAuthority authority = new TestAuthority("test CA");
    final JwtIssuer issuer;
    final EmbeddedBroker broker;
    private final Admin admin;

    SecureBroker(Path directory) throws Exception {
        this.directory = directory;
        Issued identity = authority.issueFor("localhost", TestAuthority.keys("RSA", 2048));
        issuer = JwtIssuer.start(
                authority.issue("tokens").trusting(authority),
                Map.of("portal", CLIENT_SECRET, "client", CLIENT_SECRET));
        System.setProperty(KafkaSecurity.ALLOWED_URLS, issuer.keysUrl()); // the broker's own, in this same process
        String sasl = "org.apache.kafka.common.security.";
        EmbeddedBroker.Builder builder = EmbeddedBroker.builder()
                .listener("SECURE", "SASL_SSL")
                .listener("CLEAR", "SASL_PLAINTEXT")
                .listener("MUTUAL", "SSL")
                .property("ssl.keystore.type", "PEM")
                .property("ssl.keystore.certificate.chain", identity.certificates())
                .property("ssl.keystore.key", identity.privateKey())
                .property("ssl.truststore.type", "PEM")
                .property("ssl.truststore.certificates", authority.pem())
                .property("listener.name.mutual.ssl.client.auth", "required")
                .property("listener.name.mutual.ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/")
                .property("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER")
                .property("sasl.oauthbearer.jwks.endpoint.url", issuer.keysUrl())
                .property("sasl.oauthbearer.expected.issuer", JwtIssuer.NAME)
                .property("sasl.oauthbearer.expected.audience", "kafka")
                .property("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("super.users", "User:ANONYMOUS");
        for (String listener : List.of("secure", "clear")) {
            String name = "listener.name." + listener + ".";
            builder.property(
                            name + "plain.sasl.jaas.config",
                            sasl + "plain.PlainLoginModule required user_portal=\"" + PLAIN_PASSWORD
                                    + "\" user_client=\"" + PLAIN_PASSWORD + "\";")
                    .property(name + "scram-sha-256.sasl.jaas.config", sasl + "scram.ScramLoginModule required;")
                    .property(name + "scram-sha-512.sasl.jaas.config", sasl + "scram.ScramLoginModule required;")
                    .property(
                            name + "oauthbearer.sasl.jaas.config",
                            sasl + "oauthbearer.OAuthBearerLoginModule required;")
                    .property(
                            name + "oauthbearer.sasl.server.callback.handler.class",
                            sasl + "oauthbearer.OAuthBearerValidatorCallbackHandler");
        }
        broker = builder.start();
        for (String topic : List.of("api-requests", "api-responses", "api-dead-letters", "answers-of-other")) {
            broker.createTopic(topic, 1);
        }
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
            for (String user : List.of("portal", "client", "operator", "other")) {
                password(user, mechanism, PASSWORD);
            }
        }
    }

    /** Sets a user's password for one mechanism. */
    void password(String user, ScramMechanism mechanism, String password) throws Exception {
        admin.alterUserScramCredentials(List.of(
                        new UserScramCredentialUpsertion(user, new ScramCredentialInfo(mechanism, 4096), password)))
                .all()
                .get();
    }

    /** Writes a file, and gives its path. */
    String file(String name, String text) {
        return TestAuthority.write(directory, name, text).toString();
    }

    /** The address of a listener. */
    String at(String listener) {
        return broker.bootstrapServers(listener);
    }

    String caFile() {
        return file("ca.pem", authority.pem());
    }

    void grant(Collection<AclBinding> acls) throws Exception {
        admin.createAcls(acls).all().get();
    }

    void revoke(AclBinding acl) throws Exception {
        admin.deleteAcls(List.of(acl.toFilter())).all().get();
    }

    /** How a user logs in on SECURE by this SASL mechanism. */
    Map<String, String> login(String mechanism, String user) {
        Map<String, String> common = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                at("SECURE"),
                "KAFKA_SECURITY_PROTOCOL",
                "SASL_SSL",
                "KAFKA_SASL_MECHANISM",
                mechanism,
                "KAFKA_SSL_CA_FILE",
                caFile());
        Map<String, String> all = new HashMap<>(common);
        switch (mechanism) {
            case "OAUTHBEARER" -> {
                all.put("KAFKA_OAUTH_TOKEN_URL", issuer.tokenUrl());
                all.put("KAFKA_OAUTH_CLIENT_ID", user);
                all.put("KAFKA_OAUTH_CLIENT_SECRET", CLIENT_SECRET);
                all.put("KAFKA_OAUTH_SCOPE", "kafka");
                all.put("KAFKA_OAUTH_CA_FILE", caFile());
            }
            case "PLAIN" -> {
                all.put("KAFKA_SASL_USERNAME", user);
                all.put("KAFKA_SASL_PASSWORD", PLAIN_PASSWORD);
            }
            default -> {
                all.put("KAFKA_SASL_USERNAME", user);
                all.put("KAFKA_SASL_PASSWORD_FILE", file("password", PASSWORD + "\n"));
            }
        }
        return all;
    }

    /** How a user shows a certificate on MUTUAL. */
    Map<String, String> certificate(String user) {
        Issued identity = authority.issue(user);
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", at("MUTUAL"),
                "KAFKA_SECURITY_PROTOCOL", "SSL",
                "KAFKA_SSL_CA_FILE", caFile(),
                "KAFKA_SSL_CERTIFICATE_FILE", file(user + ".pem", identity.certificates()),
                "KAFKA_SSL_KEY_FILE", file(user + ".key", identity.privateKey()));
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
        issuer.close();
        System.clearProperty(KafkaSecurity.ALLOWED_URLS);
    }
}
