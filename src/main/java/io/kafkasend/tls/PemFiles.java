package io.kafkasend.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads PEM files (RFC 7468): X.509 certificates, and private keys in PKCS#8, RSA or EC. Text around the blocks
 * is ignored, as OpenSSL writes it. Stateless.
 */
public final class PemFiles {

    /** The largest file read, in bytes: 1 MiB, several times a system's whole list of authorities. */
    public static final int MAX_BYTES = 1024 * 1024;

    /** The shortest RSA key taken, in bits. */
    public static final int MIN_RSA_BITS = 2048;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final Pattern HEADING = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final String PKCS8 = "; it takes a PKCS#8 key: openssl pkcs8 -topk8 -nocrypt";

    private PemFiles() {}

    /**
     * Reads all certificates of a file, in its order.
     *
     * @param file a PEM file of {@value #MAX_BYTES} bytes at most; a client's own certificate comes first, then its issuers
     * @return one or more
     * @throws PemException if it cannot be read, holds none, or one that is damaged
     */
    public static List<X509Certificate> certificates(Path file) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.type.equals("CERTIFICATE") || block.type.equals("X509 CERTIFICATE")) {
                certificates.add(certificate(file, block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException(file, "holds no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return List.copyOf(certificates);
    }

    /**
     * Reads the one private key of a file. Certificates may stand beside it.
     *
     * @param file a PEM file of {@value #MAX_BYTES} bytes at most
     * @return an RSA key of {@value #MIN_RSA_BITS} bits or more, or an EC key
     * @throws PemException if it cannot be read, holds no key, more than one, one that is encrypted, or of another form or kind
     */
    public static PrivateKey privateKey(Path file) throws PemException {
        return privateKey(file, "");
    }

    /**
     * Reads the one private key of a file, encrypted or not. Certificates may stand beside it.
     *
     * @param file a PEM file of {@value #MAX_BYTES} bytes at most
     * @param password that of an encrypted key; empty for a key that is not encrypted
     * @return an RSA key of {@value #MIN_RSA_BITS} bits or more, or an EC key
     * @throws PemException if it cannot be read, holds no key, more than one, one of another form or kind, or one that this
     *     password does not fit
     */
    public static PrivateKey privateKey(Path file, String password) throws PemException {
        PrivateKey key = null;
        for (Block block : blocks(file)) {
            switch (block.type) {
                case "PRIVATE KEY" -> {
                    if (key != null) {
                        throw new PemException(file, "holds more than one private key; it takes one");
                    }
                    if (!password.isEmpty()) {
                        throw new PemException(
                                file, "holds a private key that is not encrypted, and a passphrase is given");
                    }
                    key = privateKey(file, new PKCS8EncodedKeySpec(bytes(file, block)));
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    if (password.isEmpty()) {
                        throw new PemException(file, "holds an encrypted private key, and no passphrase is set for it");
                    }
                    key = privateKey(file, decrypted(file, block, password));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY" ->
                    throw new PemException(file, "holds a private key in an older form (" + block.type + ")" + PKCS8);
                default -> {
                    // Certificates and EC parameters stand beside keys in many files.
                }
            }
        }
        if (key == null) {
            throw new PemException(file, "holds no private key (-----BEGIN PRIVATE KEY-----)");
        }
        return key;
    }

    private static X509Certificate certificate(Path file, Block block, int number) throws PemException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes(file, block)));
        } catch (CertificateException e) {
            throw new PemException(file, "holds a damaged certificate (number " + number + ")");
        }
    }

    private static PKCS8EncodedKeySpec decrypted(Path file, Block block, String password) throws PemException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes(file, block));
            // Of PBES2 the name says nothing more; its parameters print which ciphers.
            String algorithm = info.getAlgParameters().toString();
            Cipher cipher = Cipher.getInstance(algorithm);
            SecretKey secret =
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (IOException | GeneralSecurityException e) {
            throw new PemException(
                    file,
                    "holds a private key that this passphrase does not open; it takes PBES2 (openssl pkcs8 -topk8)");
        }
    }

    private static PrivateKey privateKey(Path file, PKCS8EncodedKeySpec encoded) throws PemException {
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return checked(file, KeyFactory.getInstance(algorithm).generatePrivate(encoded));
            } catch (InvalidKeySpecException e) {
                continue; // not of this kind
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JDK has no " + algorithm, e);
            }
        }
        throw new PemException(file, "holds a private key that is damaged, or neither RSA nor EC");
    }

    private static PrivateKey checked(Path file, PrivateKey key) throws PemException {
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new PemException(
                    file,
                    "holds an RSA key of " + rsa.getModulus().bitLength() + " bits; it takes " + MIN_RSA_BITS
                            + " or more");
        }
        return key;
    }

    private static byte[] bytes(Path file, Block block) throws PemException {
        try {
            return Base64.getMimeDecoder().decode(block.base64);
        } catch (IllegalArgumentException e) {
            throw new PemException(file, "holds a block that is not well encoded (" + block.type + ")");
        }
    }

    private static List<Block> blocks(Path file) throws PemException {
        String text = text(file);
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        if (text.contains("Proc-Type:")) {
            throw new PemException(file, "holds an encrypted private key in an older form" + PKCS8);
        }
        if (HEADING.matcher(text).results().count() != blocks.size()) {
            throw new PemException(file, "holds a block that does not end, or is damaged");
        }
        return blocks;
    }

    private static String text(Path file) throws PemException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new PemException(file, "does not exist");
        } catch (IOException e) {
            throw new PemException(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        if (bytes.length > MAX_BYTES) {
            throw new PemException(file, "is larger than " + MAX_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** One block; its text may be secret, so there is no toString of a record. */
    private static final class Block {
        private final String type;
        private final String base64;

        private Block(String type, String base64) {
            this.type = type;
            this.base64 = base64;
        }
    }
}
