package io.kafkasend.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Certificates and private keys in their textual form (RFC 7468). */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+?)\\s*-----END \\1-----");
    private static final String KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";

    private Pem() {}

    /**
     * The certificates in a text, at least one.
     *
     * @throws IllegalArgumentException when there is none, or one cannot be read
     */
    static List<X509Certificate> certificates(String text) {
        List<X509Certificate> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                try {
                    found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(decoded(block))));
                } catch (CertificateException e) {
                    throw new IllegalArgumentException("a certificate cannot be read", e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no certificate");
        }
        return found;
    }

    /**
     * Checks that a text has a private key in the form of PKCS#8, encrypted or not.
     *
     * @throws IllegalArgumentException when it has not
     */
    static String requirePrivateKey(String text) {
        key(text);
        return text;
    }

    /**
     * The private key in a text.
     *
     * @param password of an encrypted one; empty for none
     * @throws GeneralSecurityException with one line, when it cannot be read
     */
    static PrivateKey privateKey(String text, String password) throws GeneralSecurityException {
        Matcher block = key(text);
        if (block.group(1).equals(KEY)) {
            if (!password.isEmpty()) {
                throw new GeneralSecurityException("it has a password, and the key is not encrypted");
            }
            return privateKey(new PKCS8EncodedKeySpec(decoded(block)));
        }
        if (password.isEmpty()) {
            throw new GeneralSecurityException("the key is encrypted and there is no password");
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(decoded(block));
            // The algorithm's name says only "PBES2"; its parameters print the rest.
            String algorithm =
                    info.getAlgName().equals("PBES2") || info.getAlgName().startsWith("1.2.")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
                    info.getAlgParameters());
            return privateKey(info.getKeySpec(cipher));
        } catch (IOException | GeneralSecurityException e) {
            throw new GeneralSecurityException("the password is wrong, or the key's encryption is not known", e);
        }
    }

    /** A private key as PKCS#8, not encrypted. */
    static String text(PrivateKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + KEY + "-----\n" + base64 + "\n-----END " + KEY + "-----\n";
    }

    /** Whether the certificate is of this key: what the one signs the other verifies. */
    static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] words = "one pair".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(words);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(words);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // keys of two kinds
        }
    }

    private static Matcher key(String text) {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals(KEY) || block.group(1).equals(ENCRYPTED_KEY)) {
                return block;
            }
        }
        throw new IllegalArgumentException("there is no private key in the form of PKCS#8");
    }

    private static PrivateKey privateKey(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new GeneralSecurityException("the key is none of RSA, EC and Ed25519");
    }

    private static byte[] decoded(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }
}
