package io.kafkasend.security.client;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;

/**
 * A client's public key, and the one algorithm (RFC 7518 §3.1, RFC 8037 §3.1) that goes with it: what a signature says of
 * itself chooses none. Immutable.
 *
 * @param algorithm {@code EdDSA} for an Ed25519 key, {@code ES256} for one on P-256
 * @param key the key
 */
public record ClientKey(String algorithm, PublicKey key) {
    /** What a client's name takes; its key's file is this and {@code .pem}. */
    static final Pattern CLIENT_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");

    private static final String ACCEPTED = "takes an Ed25519 or a P-256 public key in PEM (BEGIN PUBLIC KEY)";
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    /** Whether a client may have this name. */
    public static boolean isClientId(String name) {
        return CLIENT_ID.matcher(name).matches();
    }

    /**
     * Reads a SubjectPublicKeyInfo (RFC 5280 §4.1) in PEM (RFC 7468 §13).
     *
     * @throws IllegalArgumentException for anything else; its message is the end of a sentence about it, and repeats none of it
     */
    public static ClientKey ofPem(String pem) {
        if (pem.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "holds a private key, which belongs to the client alone; it " + ACCEPTED);
        }
        if (pem.isBlank()) {
            throw new IllegalArgumentException("is empty, or cannot be read; it " + ACCEPTED);
        }
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("holds no public key in PEM; it " + ACCEPTED);
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(matcher.group(1).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("holds base64 that is cut or damaged; it " + ACCEPTED, e);
        }
        return read("Ed25519", encoded)
                .or(() -> read("EC", encoded))
                .map(ClientKey::of)
                .orElseThrow(() -> new IllegalArgumentException("holds a key of another kind; it " + ACCEPTED));
    }

    private static ClientKey of(PublicKey key) {
        if (key instanceof EdECPublicKey) {
            return new ClientKey(AlgorithmIdentifiers.EDDSA, key);
        }
        if (key instanceof ECPublicKey ec
                && EllipticCurves.P_256.equals(
                        EllipticCurves.getName(ec.getParams().getCurve()))) {
            return new ClientKey(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, key);
        }
        throw new IllegalArgumentException("holds a key on another curve than P-256; it " + ACCEPTED);
    }

    private static Optional<PublicKey> read(String kind, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
