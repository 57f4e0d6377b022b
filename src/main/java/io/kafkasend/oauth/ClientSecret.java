package io.kafkasend.oauth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A client's secret. Immutable. Its {@link #toString()} never shows it.
 *
 * @param value the secret: 1 to {@value ClientCredentials#MAX_LENGTH} characters, no control characters
 */
public record ClientSecret(String value) {

    /**
     * @throws IllegalArgumentException if it is not as described above; the message does not show it
     */
    public ClientSecret {
        ClientCredentials.checkText("client secret", value);
    }

    /**
     * Reads a secret from a file.
     *
     * @param file a text file in UTF-8; one line end after the secret is left out
     * @return the secret
     * @throws IOException in one line that names the file and what is wrong with it, and shows nothing of what it holds
     */
    public static ClientSecret read(Path file) throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            // UTF-8 takes four bytes for a character at most; what is longer is refused below.
            byte[] bytes = in.readNBytes(4 * ClientCredentials.MAX_LENGTH + 4);
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no text in UTF-8");
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist");
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        try {
            return new ClientSecret(text.replaceFirst("\\r?\\n\\z", ""));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is unfit: " + e.getMessage());
        }
    }

    /**
     * For logs.
     *
     * @return a mask
     */
    @Override
    public String toString() {
        return "ClientSecret[***]";
    }
}
