package io.kafkasend.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PEM files of one side of TLS, which may change while they are in use. Immutable.
 *
 * @param authorities the authorities trusted; empty for those that the JDK trusts
 * @param certificate the own certificate, then its issuers; empty for none
 * @param key the own certificate's private key
 */
public record TlsFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {

    /**
     * What they hold now.
     *
     * @throws PemException in one line that names the file at fault
     * @throws IllegalArgumentException if there is a certificate without a key, or a key without a certificate
     */
    public TlsMaterial read() throws PemException {
        return TlsMaterial.read(authorities, certificate, key);
    }

    /** Those that are named. */
    public List<Path> named() {
        return Stream.of(authorities, certificate, key)
                .flatMap(Optional::stream)
                .toList();
    }

    /** What tells that one of them has changed, without reading it: equal as long as none has. */
    public List<String> stamp() {
        return named().stream().map(TlsFiles::stamp).toList();
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return found.lastModifiedTime() + " " + found.size() + " " + found.fileKey();
        } catch (IOException e) {
            return "cannot be read";
        }
    }
}
