package io.kafkasend.portal.failure;

import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;

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
     * What an operator is told of a failure: its class and message, printable and bounded; of one whose message quotes what
     * the API sent, the class alone.
     */
    public static String shown(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (quotesThePeer(cause)) {
                return names(failure, cause);
            }
        }
        return failure.getClass().getSimpleName() + ": " + Printable.of(failure.getMessage(), SHOWN);
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
