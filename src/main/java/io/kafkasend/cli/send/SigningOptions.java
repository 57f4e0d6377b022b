package io.kafkasend.cli.send;

import io.kafkasend.client.SigningKey;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Who sends, and where the answer goes. */
public final class SigningOptions {
    @Option(
            names = "--signing-key",
            paramLabel = "FILE",
            description = "sign requests with this private key, PKCS #8 in PEM, as `kafkasend keygen` writes it"
                    + " ($CLIENT_SIGNING_KEY)")
    private Path signingKey;

    @Option(
            names = "--client-id",
            paramLabel = "NAME",
            description = "the name under which the portal has the public key ($CLIENT_ID)")
    private String clientId;

    @Option(
            names = "--reply-to",
            paramLabel = "TOPIC",
            description = "have the answer on this topic, which the portal must allow ($CLIENT_REPLY_TO)")
    private String replyTo;

    /** The topic for the answer; null for the portal's own. */
    public String replyTo() {
        return replyTo;
    }

    /**
     * The key; null for none.
     *
     * @throws IllegalArgumentException for a key without a name or a name without a key, or a file that holds no key
     */
    public SigningKey signingKey() {
        if ((signingKey == null) != (clientId == null)) {
            throw new IllegalArgumentException("--signing-key and --client-id go together; "
                    + (clientId == null ? "--client-id" : "--signing-key") + " is missing");
        }
        return signingKey == null ? null : SigningKey.read(clientId, signingKey);
    }
}
