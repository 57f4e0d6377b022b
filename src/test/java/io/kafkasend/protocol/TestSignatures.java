package io.kafkasend.protocol;

import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Signs as PROTOCOL.md says, with Java alone, for the clients {@code ed} and {@code es} of the vectors. */
public final class TestSignatures {
    private static final Path KEYS = Path.of("src/test/resources/vectors/signing-keys");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private TestSignatures() {}

    /** The START, signed. */
    public static RequestStart sign(
            String client, RequestStart start, long issuedAt, long expires, String topic, int partition) {
        return start.signedBy(
                jws(client, new MessageWriter().write(SignedRequest.of(start, issuedAt, expires, topic, partition))));
    }

    /** The CANCEL, signed. */
    public static RequestCancel sign(String client, RequestCancel cancel) {
        return new RequestCancel(cancel.jobId(), jws(client, new MessageWriter().write(SignedRequest.of(cancel))));
    }

    private static String jws(String client, byte[] payload) {
        boolean ed = client.equals("ed");
        String header =
                "{\"alg\":\"" + (ed ? "EdDSA" : "ES256") + "\",\"kid\":\"" + client + "\",\"typ\":\"kafkasend+jws\"}";
        String input =
                BASE64.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "." + BASE64.encodeToString(payload);
        try {
            String pem = Files.readString(KEYS.resolve(client + ".pem")).replaceAll("-----.*-----|\\s", "");
            PrivateKey key = KeyFactory.getInstance(ed ? "Ed25519" : "EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            Signature signature = Signature.getInstance(ed ? "Ed25519" : "SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + BASE64.encodeToString(signature.sign());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
