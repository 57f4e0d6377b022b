package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.client.UploadState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** Whether an upload whose command was ended is gone on with by the next one of the same words, and where is kept what that takes. */
final class ResumeOptions {
    @Option(
            names = "--resume",
            description = "go on where the same command was ended before it had sent all: only what the portal does not"
                    + " have is sent; else begin")
    private boolean resume;

    @Option(
            names = "--resume-file",
            paramLabel = "PATH",
            description = "where to keep what --resume takes, in a file that only you may read. Default: one for each"
                    + " file and endpoint in $XDG_STATE_HOME/kafkasend, or ~/.local/state/kafkasend")
    private Path resumeFile;

    /**
     * Where it is kept; null where the request is not to be gone on with.
     *
     * @param file what is sent; null for standard input
     * @throws IllegalArgumentException for what cannot be read again
     */
    UploadState state(
            Path file,
            RequestLine line,
            String endpoint,
            ConnectionOptions connection,
            Map<String, String> environment) {
        if (!resume && resumeFile == null) {
            return null;
        }
        if (file == null || !file.toFile().isFile()) {
            throw new IllegalArgumentException("--resume takes a file, which can be read again; a pipe cannot");
        }
        return UploadState.file(resumeFile != null ? resumeFile : place(file, line, endpoint, connection, environment));
    }

    private static Path place(
            Path file,
            RequestLine line,
            String endpoint,
            ConnectionOptions connection,
            Map<String, String> environment) {
        String states = environment.get("XDG_STATE_HOME");
        Path directory = states == null || !Path.of(states).isAbsolute() // as that standard says
                ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".local", "state")
                : Path.of(states);
        String which = String.join(
                "\n",
                connection.bootstrapServers,
                connection.requestTopic,
                line.method().name(),
                endpoint,
                String.valueOf(line.filename()),
                file.toAbsolutePath().normalize().toString());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(which.getBytes(StandardCharsets.UTF_8));
            return directory
                    .resolve("kafkasend")
                    .resolve("upload-" + HexFormat.of().formatHex(digest, 0, 12) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The line that says how much is not sent again. */
    static String line(OptionalLong bytes, long total) {
        return bytes.isEmpty()
                ? "goes on: no portal says what it has, so all of " + Bytes.of(total) + " is sent again"
                : "goes on: the portal has " + Bytes.of(bytes.getAsLong()) + " of " + Bytes.of(total);
    }
}
