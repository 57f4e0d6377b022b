package io.kafkasend.portal.failure;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What kind of failure an exception of the call is. */
public final class CallFailure {
    private static final int SHOWN = 300;

    private CallFailure() {}

    /** The failure itself: the circuit breaker wraps what is checked. */
    public static Throwable unwrapped(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof RuntimeCamelException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    /**
     * The failure of a step that is called in place of the API, in the terms of a call: what has no terms of its own is a call that
     * broke, since it may have had its effect.
     */
    public static Throwable ofStep(Throwable failure) {
        return failure instanceof IOException
                        || failure instanceof RefusedException
                        || failure instanceof PolicyViolation
                        || failure instanceof ProtocolException
                        || failure instanceof Error
                ? failure
                : new IOException("the step in place of the API failed: " + named(failure), failure);
    }

    /** Whether it came before any of the request was sent. */
    public static boolean isConnect(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof ConnectTimeoutException
                || failure instanceof UnknownHostException
                || failure instanceof NoRouteToHostException
                || failure instanceof ConnectionRequestTimeoutException
                || failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException;
    }

    /** Whether the API did not answer in time. */
    public static boolean isTimeout(Throwable failure) {
        return failure instanceof SocketTimeoutException && !isConnect(failure);
    }

    /** Whether the API broke off while or after the request was sent. */
    public static boolean isBroken(Throwable failure) {
        return failure instanceof IOException
                && !isConnect(failure)
                && !isTimeout(failure)
                && !(failure instanceof CallEndedException)
                && !(failure instanceof InvalidAnswerException);
    }

    /**
     * What an operator is told of a failure, in plain words, printable and bounded; of one whose message quotes what the API sent,
     * its class and nothing more. Where it arose is not in it: whoever logs it knows the address.
     */
    public static String shown(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (quotesThePeer(cause)) {
                return "what came is not well-formed HTTP (" + names(failure, cause) + ")";
            }
        }
        return Printable.of(words(failure), SHOWN);
    }

    private static String words(Throwable failure) {
        String said = failure.getMessage();
        if (failure instanceof RefusedException
                || failure instanceof TokenException
                || failure instanceof CallEndedException
                || failure instanceof ProtocolException
                || failure instanceof InvalidAnswerException) {
            return said; // made to be read
        }
        if (failure instanceof PolicyViolation violation) {
            return violation.detail();
        }
        if (failure instanceof AnswerException broken) {
            return words(broken.getCause());
        }
        if (failure instanceof CallNotPermittedException) {
            return "the circuit breaker is open";
        }
        return failure instanceof IOException ? network(failure, String.valueOf(said)) : named(failure);
    }

    private static String network(Throwable failure, String said) {
        if (failure instanceof AddressRefusedException) {
            return "no address that may be connected to: " + said;
        }
        if (failure instanceof UnknownHostException) {
            return "unknown host: the name service has no address of " + said;
        }
        if (failure instanceof SSLException) {
            return "TLS failed: " + said;
        }
        if (failure instanceof ConnectTimeoutException
                || failure instanceof ConnectException && says(said, "timed out")) {
            return "no connection in time";
        }
        if (failure instanceof ConnectionRequestTimeoutException) {
            return "none of the portal's connections was free in time";
        }
        if (failure instanceof NoRouteToHostException || says(said, "no route to host", "network is unreachable")) {
            return "no route to the host";
        }
        if (failure instanceof ConnectException) {
            return says(said, "refused") ? "connection refused" : "no connection: " + said;
        }
        if (failure instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof NoHttpResponseException) {
            return "the connection was closed before an answer";
        }
        if (failure instanceof ConnectionClosedException) {
            return "the connection was closed before the answer's end";
        }
        if (says(said, "connection reset")) {
            return "connection reset";
        }
        return says(said, "broken pipe") ? "the connection was closed while the request was sent" : named(failure);
    }

    private static boolean says(String said, String... any) {
        String lower = said.toLowerCase(Locale.ROOT);
        return Stream.of(any).anyMatch(lower::contains);
    }

    private static String named(Throwable failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private static boolean quotesThePeer(Throwable failure) {
        return failure instanceof HttpException
                || failure instanceof MalformedChunkCodingException
                || failure instanceof MessageConstraintException;
    }

    private static String names(Throwable failure, Throwable cause) {
        String name = failure.getClass().getSimpleName();
        return failure == cause ? name : name + ": " + cause.getClass().getSimpleName();
    }
}
