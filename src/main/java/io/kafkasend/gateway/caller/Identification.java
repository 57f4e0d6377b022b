package io.kafkasend.gateway.caller;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code identify}: who calls, by a bearer token or a certificate. Without a file of callers whoever reaches the port may, and a
 * web page may not: a browser on the same machine reaches it, too. Thread-safe.
 */
public final class Identification implements Processor {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([A-Za-z0-9._~+/=-]+)");
    private static final Pattern OWN_NAME = Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]|");
    private static final Set<String> OWN_SITE = Set.of("none", "same-origin");

    private final Callers callers;
    private final boolean loopback;

    /**
     * @param configuration where the gateway listens
     * @param callers who may call
     */
    public Identification(GatewayConfiguration configuration, Callers callers) {
        this.callers = callers;
        this.loopback = GatewaySettings.isLoopback(configuration.settings().get(GatewaySettings.HOST));
    }

    /** @throws RefusedException for a caller that is not known */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        Optional<CallerFile> known = callers.known();
        if (known.isEmpty()) {
            requireNoWebPage(call.head());
            call.calledBy(call.certificate().map(Identification::commonName).orElse(""));
            return;
        }
        KnownCaller caller = find(call, known.get())
                .orElseThrow(() -> new RefusedException(
                        GatewayError.UNAUTHENTICATED,
                        call.head().has("Authorization")
                                ? "the token is none of a caller that this gateway knows"
                                : "the request has no bearer token and no certificate of a known caller"));
        call.calledBy(caller.name());
        if (call.head().has("Authorization")) {
            call.knownByToken();
        }
    }

    private static Optional<KnownCaller> find(HttpCall call, CallerFile known) {
        Optional<String> authorization = call.head().header("Authorization");
        if (authorization.isPresent()) {
            Matcher bearer = BEARER.matcher(authorization.get());
            return bearer.matches() ? known.withToken(sha256(bearer.group(1))) : Optional.empty();
        }
        return call.certificate().map(X509Certificate::getSubjectX500Principal).flatMap(known::withSubject);
    }

    private void requireNoWebPage(RequestHead head) throws RefusedException {
        boolean foreign = head.header("Sec-Fetch-Site")
                .map(site -> !OWN_SITE.contains(site))
                .orElse(head.has("Origin"));
        if (foreign) {
            throw new RefusedException(
                    GatewayError.CROSS_SITE,
                    "a web page of another site asks; set GATEWAY_CALLERS to let callers in by tokens");
        }
        String name = head.host().replaceAll(":[0-9]*$", "");
        if (loopback && !OWN_NAME.matcher(name).matches()) {
            throw new RefusedException(
                    GatewayError.MISDIRECTED, "the request is made to another name than localhost or an address");
        }
    }

    private static String commonName(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
