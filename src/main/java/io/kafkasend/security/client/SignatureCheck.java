package io.kafkasend.security.client;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Whether a signature (JWS, RFC 7515, compact) is one of a known client, and whether its time has come. The algorithm is
 * that of the client's key, so that {@code none}, an HMAC keyed with the public key, or another curve cannot be asked for.
 * Immutable, thread-safe.
 */
public final class SignatureCheck {
    /** What {@code typ} must be (RFC 8725 §3.11): a token that the key signs for something else is none of ours. */
    public static final String TYPE = "kafkasend+jws";

    /** How far the clocks of client and portal may be apart. */
    public static final Duration SKEW = Duration.ofSeconds(30);

    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");
    private static final Set<String> HEADER = Set.of("alg", "kid", "typ");

    private final long longest;

    /** @param longest the longest time from iat to exp that is taken */
    public SignatureCheck(Duration longest) {
        this.longest = longest.toSeconds();
    }

    /**
     * What a known client signed.
     *
     * @param clientId the client
     * @param payload the bytes that it signed; do not change the array
     */
    public record Signed(String clientId, byte[] payload) {}

    /**
     * Verifies a signature, and nothing of its payload.
     *
     * @param jws the signature, as it came
     * @param keys the known clients' keys, by name
     * @throws PolicyViolation with {@link Reason#SIGNATURE_INVALID}, which says no more to the client; the detail is for the log
     */
    public Signed verify(String jws, Map<String, ClientKey> keys) throws PolicyViolation {
        if (!COMPACT.matcher(jws).matches()) {
            throw invalid("no compact JWS with a payload");
        }
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(jws);
            Map<String, Object> header =
                    JsonUtil.parseJson(signature.getHeaders().getFullHeaderAsJsonString());
            if (!header.keySet().equals(HEADER) || !TYPE.equals(header.get("typ"))) {
                throw invalid("the JWS header is not alg, kid and typ " + TYPE);
            }
            ClientKey known = header.get("kid") instanceof String kid ? keys.get(kid) : null;
            if (known == null) {
                throw invalid("kid is no client that the portal knows");
            }
            signature.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, known.algorithm()));
            signature.setKey(known.key());
            if (!signature.verifySignature()) {
                throw invalid("the signature is not the client's");
            }
            return new Signed(header.get("kid").toString(), signature.getPayloadBytes());
        } catch (JoseException e) {
            throw invalid("a JWS that cannot be read, or of another algorithm than the client's key");
        }
    }

    /**
     * Checks a signature's time.
     *
     * @param issuedAt when it was made, in seconds of the epoch
     * @param expires until when it is good, likewise
     * @param now likewise
     * @throws PolicyViolation with {@link Reason#SIGNATURE_EXPIRED}
     */
    public void requireTime(long issuedAt, long expires, long now) throws PolicyViolation {
        long skew = SKEW.toSeconds();
        // Compared so that no number a client may write overflows.
        if (issuedAt > now + skew) {
            throw expired("iat is later than now");
        }
        if (expires < now - skew) {
            throw expired("exp is over");
        }
        if (expires <= issuedAt || issuedAt < 0 || expires - issuedAt > longest) {
            throw expired("exp is not within " + longest + " seconds after iat");
        }
    }

    private static PolicyViolation invalid(String detail) {
        return new PolicyViolation(Reason.SIGNATURE_INVALID, detail);
    }

    private static PolicyViolation expired(String detail) {
        return new PolicyViolation(Reason.SIGNATURE_EXPIRED, detail);
    }
}
