package io.kafkasend.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What one side brings to its TLS connections: whom it trusts, and who it is. Immutable. Two are equal if certificates and key
 * are, so that a change of the files shows.
 *
 * @param trusted the authorities trusted; empty for those that the JDK trusts
 * @param chain the own certificate, then its issuers; empty for none
 * @param key the own certificate's private key; null exactly if the chain is empty
 */
public record TlsMaterial(List<X509Certificate> trusted, List<X509Certificate> chain, PrivateKey key) {

    /** No certificate of one's own, and whom the JDK trusts. */
    public static final TlsMaterial NONE = new TlsMaterial(List.of(), List.of(), null);

    /**
     * @throws IllegalArgumentException if there is a chain without a key, or a key without a chain
     */
    public TlsMaterial {
        trusted = List.copyOf(trusted);
        chain = List.copyOf(chain);
        if (chain.isEmpty() != (key == null)) {
            throw new IllegalArgumentException("a certificate and its private key go together");
        }
    }

    /**
     * Reads it from PEM files.
     *
     * @param trusted certificates of the authorities trusted, in place of the JDK's own
     * @param certificate the own certificate, then its issuers
     * @param key the own certificate's private key, which may be the same file
     * @return what they hold
     * @throws PemException in one line that names the file at fault, also where the key is another certificate's
     * @throws IllegalArgumentException if there is a certificate without a key, or a key without a certificate
     */
    public static TlsMaterial read(Optional<Path> trusted, Optional<Path> certificate, Optional<Path> key)
            throws PemException {
        return read(trusted, certificate, key, "");
    }

    /**
     * Reads it from PEM files, the key encrypted or not.
     *
     * @param password the key's; empty for a key that is not encrypted
     * @see #read(Optional, Optional, Optional)
     */
    public static TlsMaterial read(
            Optional<Path> trusted, Optional<Path> certificate, Optional<Path> key, String password)
            throws PemException {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("a certificate and its private key go together");
        }
        List<X509Certificate> authorities = trusted.isPresent() ? PemFiles.certificates(trusted.get()) : List.of();
        if (certificate.isEmpty()) {
            return new TlsMaterial(authorities, List.of(), null);
        }
        List<X509Certificate> chain = PemFiles.certificates(certificate.get());
        PrivateKey own = PemFiles.privateKey(key.get(), password);
        if (!belongTogether(own, chain.get(0))) {
            throw new PemException(key.get(), "holds another private key than that of " + certificate.get());
        }
        return new TlsMaterial(authorities, chain, own);
    }

    /**
     * For logs: without the key.
     *
     * @return how many certificates there are
     */
    @Override
    public String toString() {
        return "TlsMaterial[trusted=" + trusted.size() + ", chain=" + chain.size() + ", key="
                + (key == null ? "none" : "***") + "]";
    }

    /** Told by a signature, which is the same for every kind of key. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
