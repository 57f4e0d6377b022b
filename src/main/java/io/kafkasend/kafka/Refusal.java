package io.kafkasend.kafka;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * That Kafka and a client of it do not get together: the broker takes no such credentials, forbids what was asked, or is not
 * trusted itself. Immutable.
 *
 * @param authorization whether the broker knows the client and forbids what it asks for
 * @param reason one line: what is wrong, and what to do; "it" is the broker
 */
public record Refusal(boolean authorization, String reason) {
    private static final int SHOWN = 300;
    /** Kafka puts one exception's text into another's. */
    private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:[a-z0-9]+\\.)+[A-Z]\\w*(?:Exception|Error): ");

    /**
     * Recognises a refusal.
     *
     * @param failure what Kafka's client threw; it or a cause of it may be one
     * @return empty when it is something else
     */
    public static Optional<Refusal> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException e) {
                return Optional.of(new Refusal(true, missingRight(e)));
            }
            if (cause instanceof SslAuthenticationException) {
                return Optional.of(new Refusal(false, tls(cause)));
            }
            if (cause instanceof UnsupportedSaslMechanismException) {
                return Optional.of(new Refusal(false, said(cause) + "; set KAFKA_SASL_MECHANISM to one that it takes"));
            }
            if (cause instanceof AuthenticationException) {
                return Optional.of(new Refusal(
                        false,
                        "it does not take the credentials (" + said(cause)
                                + "); check KAFKA_SASL_USERNAME and the password, or KAFKA_OAUTH_CLIENT_ID"));
            }
            if (cause instanceof LoginException) {
                return Optional.of(new Refusal(false, login(cause)));
            }
        }
        return Optional.empty();
    }

    /**
     * What a line says of any failure of a client of Kafka's: the refusal, or why records are {@link Unreadable}, where it is
     * one; else its class and message.
     *
     * @param failure what Kafka's client threw
     */
    public static String orShown(Throwable failure) {
        return in(failure)
                .map(Refusal::reason)
                .or(() -> Unreadable.in(failure).map(Unreadable::reason))
                .orElseGet(() -> failure.getClass().getSimpleName() + ": " + said(failure));
    }

    private static String missingRight(AuthorizationException failure) {
        if (failure instanceof TopicAuthorizationException e) {
            Set<String> topics = new TreeSet<>(e.unauthorizedTopics());
            return "the user needs an ACL for " + (topics.isEmpty() ? "it" : "topic " + String.join(", ", topics))
                    + ": Read to read it, Write to write it";
        }
        if (failure instanceof GroupAuthorizationException e && e.groupId() != null) {
            return "the user needs the ACL Read for group " + e.groupId();
        }
        if (failure instanceof ClusterAuthorizationException) {
            return "the user needs an ACL for the cluster, as operators have it";
        }
        return said(failure);
    }

    private static String tls(Throwable failure) {
        Throwable innermost = failure;
        boolean certificate = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermost = cause;
            certificate |= cause instanceof CertificateException;
            if (cause instanceof CertPathBuilderException) {
                return "its certificate is of no CA that is trusted here; name the CA by KAFKA_SSL_CA_FILE";
            }
            if (cause instanceof CertPathValidatorException) {
                return "its certificate is not valid (" + said(cause) + ")";
            }
        }
        String text = said(innermost);
        String lower = text.toLowerCase(Locale.ROOT);
        if (certificate && (lower.contains("no name matching") || lower.contains("subject alternative"))) {
            return "its certificate is for another host name (" + text
                    + "); use the name that is in it, in the brokers' advertised listeners too";
        }
        if (lower.contains("unrecognized ssl message") || lower.contains("plaintext connection")) {
            return "it does not speak TLS there; use its TLS port, or another KAFKA_SECURITY_PROTOCOL";
        }
        if (lower.contains("certificate_required")
                || lower.contains("bad_certificate")
                || lower.contains("certificate_unknown")
                || lower.contains("unknown_ca")) {
            return "it wants a client certificate that it trusts (" + text
                    + "); set KAFKA_SSL_CERTIFICATE_FILE and KAFKA_SSL_KEY_FILE";
        }
        return "TLS failed (" + text + ")";
    }

    /** No token, or a wrong configuration of the login: the innermost cause says it best. */
    private static String login(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String said = said(innermost).replaceFirst("; will not attempt further retries.*", "");
        return "no login: " + said + "; check KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and the secret";
    }

    private static String said(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String line = CLASS_NAME
                .matcher(text.replaceAll("\\p{Cntrl}+", " "))
                .replaceAll("")
                .strip();
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }
}
