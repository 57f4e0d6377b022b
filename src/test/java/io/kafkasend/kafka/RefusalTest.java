package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalTest {
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        new SaslAuthenticationException("Invalid\nuser"), false, "(Invalid user); check KAFKA_SASL"),
                Arguments.of(new UnsupportedSaslMechanismException("it takes [PLAIN]"), false, "KAFKA_SASL_MECHANISM"),
                Arguments.of(tls(new CertPathBuilderException("no path")), false, "of no CA that is trusted here"),
                Arguments.of(tls(new CertificateException("No name matching a found")), false, "for another host name"),
                Arguments.of(
                        tls(new SSLHandshakeException("(certificate_required) x")),
                        false,
                        "wants a client certificate"),
                Arguments.of(
                        tls(new SSLException("Unsupported or unrecognized SSL message")), false, "does not speak TLS"),
                Arguments.of(tls(new SSLException("odd")), false, "TLS failed (odd)"),
                Arguments.of(
                        new TopicAuthorizationException(Set.of("b", "a")), true, "an ACL for topic a, b: Read to read"),
                Arguments.of(new GroupAuthorizationException("", "g"), true, "the ACL Read for group g"),
                Arguments.of(new ClusterAuthorizationException("x"), true, "an ACL for the cluster"),
                Arguments.of(
                        new KafkaException(new LoginException("a.b.OneException: java.io.IOException: 401; will not"
                                + " attempt further retries at org.apache...")),
                        false,
                        "no login: 401; check KAFKA_OAUTH_TOKEN_URL"));
    }

    private static SslAuthenticationException tls(Exception cause) {
        return new SslAuthenticationException("SSL handshake failed", cause);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysInOneLineWhatIsWrongAndWhatToDo(Exception failure, boolean authorization, String reason) {
        // When
        Refusal refusal = Refusal.in(new ExecutionException(failure)).orElseThrow();

        // Then
        assertThat(refusal.authorization()).isEqualTo(authorization);
        assertThat(refusal.reason()).contains(reason).doesNotContain("\n", "Exception");
    }

    @Test
    void knowsWhatIsNone() {
        assertThat(Refusal.in(new TimeoutException("no broker"))).isEmpty();
    }
}
