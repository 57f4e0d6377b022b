package io.kafkasend.tls;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test's own, and what it issues: real certificates, valid for an hour. */
public final class TestAuthority {

    /** A certificate with its chain and key. */
    public record Issued(List<X509Certificate> chain, PrivateKey key) {
        public TlsMaterial trusting(TestAuthority authority) {
            return new TlsMaterial(List.of(authority.certificate), chain, key);
        }

        /** The chain as PEM. */
        public String certificates() {
            StringBuilder all = new StringBuilder();
            chain.forEach(certificate -> all.append(pem("CERTIFICATE", encoded(certificate))));
            return all.toString();
        }

        /** The key as PEM, PKCS#8. */
        public String privateKey() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /** The key as PEM, encrypted as {@code openssl pkcs8 -topk8} does it. */
        public String encryptedKey(String password) {
            try {
                OutputEncryptor encryptor = new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                        .setPRF(PKCS8Generator.PRF_HMACSHA256)
                        .setPassword(password.toCharArray())
                        .setProvider(new BouncyCastleProvider())
                        .build();
                return pem(
                        "ENCRYPTED PRIVATE KEY",
                        new JcaPKCS8Generator(key, encryptor).generate().getContent());
            } catch (IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final KeyPair keys = keys("EC", 256);
    private final X500Name name;
    private final X509Certificate certificate;

    public TestAuthority(String commonName) {
        this.name = new X500Name("CN=" + commonName);
        this.certificate = issue(name, keys);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The authority's certificate as PEM. */
    public String pem() {
        return pem("CERTIFICATE", encoded(certificate));
    }

    /** A certificate with an EC key; for localhost and 127.0.0.1, where it is a server's. */
    public Issued issue(String commonName) {
        return issue(commonName, keys("EC", 256));
    }

    public Issued issue(String commonName, KeyPair pair) {
        return issue(
                commonName,
                pair,
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    /** A server's certificate for this host name only. */
    public Issued issueFor(String hostName, KeyPair pair) {
        return issue(hostName, pair, new GeneralName(GeneralName.dNSName, hostName));
    }

    private Issued issue(String commonName, KeyPair pair, GeneralName... hosts) {
        X509Certificate issued = issue(new X500Name("CN=" + commonName), pair, hosts);
        return new Issued(List.of(issued, certificate), pair.getPrivate());
    }

    /** Other keys at each call: RSA with 1024, 2048 or 3072 bits, EC with 256 or 384. */
    public static KeyPair keys(String algorithm, int bits) {
        try {
            if (algorithm.equals("RSA")) {
                return FixedRsaKeys.next(bits);
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Such a pair of 2048 bits as a JSON Web Key. */
    public static RSAKey jsonWebKey(String id) {
        KeyPair pair = keys("RSA", 2048);
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .keyID(id)
                .algorithm(JWSAlgorithm.RS256)
                .build();
    }

    /** One PEM block. */
    public static String pem(String type, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    /** Writes a text to a file of a directory. */
    public static Path write(Path directory, String name, String text) {
        try {
            return Files.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signs a certificate: an authority's own where it is for no host. */
    private X509Certificate issue(X500Name subject, KeyPair pair, GeneralName... hosts) {
        boolean authority = hosts.length == 0;
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(Duration.ofHours(1))),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(hosts));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
