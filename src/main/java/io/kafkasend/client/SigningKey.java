package io.kafkasend.client;

import io.kafkasend.protocol.ClientName;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * A client's name and the private key by which a portal knows it: Ed25519, or ECDSA on P-256. Immutable, thread-safe; shows
 * nothing of the key.
 */
public final class SigningKey {
    /** The kinds of keys. */
    public enum Algorithm {
        /** Ed25519 (RFC 8032): JWS's EdDSA. */
        ED25519,
        /** ECDSA on P-256 with SHA-256: JWS's ES256. */
        ES256
    }

    private static final String TYPE =
            "kafkasend+jws"; // the portal takes no token that the key signs for another purpose
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");
    private static final String ACCEPTED = "it takes an Ed25519 or P-256 private key as PKCS #8 in PEM"
            + " (BEGIN PRIVATE KEY), such as `kafkasend keygen` writes";

    private final MessageWriter writer = new MessageWriter();
    private final String clientId;
    private final PrivateKey key;
    private final String algorithm;

    private SigningKey(String clientId, PrivateKey key, String algorithm) {
        this.clientId = clientId;
        this.key = key;
        this.algorithm = algorithm;
    }

    /**
     * A key that is there.
     *
     * @param clientId the name under which the portal has the public key: 1 to 64 letters, digits, '.', '_' and '-', the first
     *     a letter or a digit
     * @throws IllegalArgumentException for another kind of key or name
     */
    public static SigningKey of(String clientId, PrivateKey key) {
        requireClientId(clientId);
        if (key instanceof EdECPrivateKey ed && ed.getParams().getName().equals("Ed25519")) {
            return new SigningKey(clientId, key, AlgorithmIdentifiers.EDDSA);
        }
        if (key instanceof ECPrivateKey ec
                && EllipticCurves.P_256.equals(
                        EllipticCurves.getName(ec.getParams().getCurve()))) {
            return new SigningKey(clientId, key, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        }
        throw new IllegalArgumentException("the signing key is of another kind; " + ACCEPTED);
    }

    /**
     * The key in a file.
     *
     * @param clientId see {@link #of}
     * @param file PKCS #8 in PEM (RFC 7468 §10), not encrypted
     * @throws IllegalArgumentException in one line, when the file cannot be read or holds no such key
     */
    public static SigningKey read(String clientId, Path file) {
        requireClientId(clientId);
        String pem;
        try {
            pem = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("the signing key " + file + " cannot be read; " + ACCEPTED, e);
        }
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the signing key " + file + " is no private key in PEM; " + ACCEPTED);
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(matcher.group(1).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the signing key " + file + " is cut or damaged; " + ACCEPTED, e);
        }
        return of(
                clientId,
                decode("Ed25519", encoded)
                        .or(() -> decode("EC", encoded))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the signing key " + file + " is of another kind; " + ACCEPTED)));
    }

    /** A new pair of keys, from a cryptographically strong source. */
    public static KeyPair generate(Algorithm algorithm) {
        try {
            if (algorithm == Algorithm.ED25519) {
                return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java makes no " + algorithm + " keys", e); // every Java 17 does
        }
    }

    /** A key in PEM: PKCS #8 for a private one, SubjectPublicKeyInfo for a public one. */
    public static String pem(Key key) {
        String label = key instanceof PrivateKey ? "PRIVATE KEY" : "PUBLIC KEY";
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /**
     * Checks a client's name.
     *
     * @throws IllegalArgumentException with what it takes
     */
    public static void requireClientId(String clientId) {
        if (!ClientName.fits(Objects.requireNonNull(clientId, "clientId"))) {
            throw new IllegalArgumentException("the client's name takes " + ClientName.FORM);
        }
    }

    /** The client's name. */
    public String clientId() {
        return clientId;
    }

    /** The START with its signature, good for one partition from one second to another. */
    RequestStart sign(RequestStart start, long issuedAt, long expires, String topic, int partition) {
        return start.signedBy(jws(writer.write(SignedRequest.of(start, issuedAt, expires, topic, partition))));
    }

    /** The CANCEL with its signature. */
    RequestCancel sign(RequestCancel cancel) {
        return new RequestCancel(cancel.jobId(), cancel.secret(), jws(writer.write(SignedRequest.of(cancel))));
    }

    private String jws(byte[] payload) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setAlgorithmHeaderValue(algorithm);
            signature.setKeyIdHeaderValue(clientId);
            signature.setHeader("typ", TYPE);
            signature.setPayloadBytes(payload);
            signature.setKey(key);
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("this Java cannot sign with the key", e);
        }
    }

    private static Optional<PrivateKey> decode(String kind, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "key of client " + clientId;
    }
}
