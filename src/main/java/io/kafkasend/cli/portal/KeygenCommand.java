package io.kafkasend.cli.portal;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.SigningKey;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend keygen}: the keys by which a portal knows a client. */
@Command(
        name = "keygen",
        description = "Makes a client's keys: a private one to sign with, and the public one for the portal.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:both files are written", "1:a file cannot be written, or is there already", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend keygen --client-id reports --out keys",
            "  kafkasend keygen --client-id b2b --out . --algorithm es256"
        })
public final class KeygenCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(names = "--client-id", required = true, paramLabel = "NAME", description = "the client's name")
    private String clientId;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "the directory for NAME.key.pem (private) and NAME.pem (public); made where it is missing")
    private Path directory;

    @Option(
            names = "--algorithm",
            defaultValue = "ed25519",
            paramLabel = "ALGORITHM",
            description = "ed25519 or es256. Default: ${DEFAULT-VALUE}")
    private SigningKey.Algorithm algorithm;

    @Option(names = "--force", description = "write over keys that are there")
    private boolean force;

    @Mixin
    private final JsonOption json = new JsonOption();

    public KeygenCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Writes the keys; an {@link ExitCode}. */
    @Override
    public Integer call() throws IOException {
        try {
            SigningKey.requireClientId(clientId);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--client-id: " + e.getMessage(), e);
        }
        JsonReport report = json.report(surroundings);
        Path privateFile = directory.resolve(clientId + ".key.pem");
        Path publicFile = directory.resolve(clientId + ".pem");
        KeyPair pair = SigningKey.generate(algorithm);
        try {
            Files.createDirectories(directory);
            for (Path file : new Path[] {privateFile, publicFile}) {
                if (!force && Files.exists(file)) {
                    throw new FileAlreadyExistsException(file.toString());
                }
            }
            write(privateFile, SigningKey.pem(pair.getPrivate()), "rw-------");
            write(publicFile, SigningKey.pem(pair.getPublic()), "rw-r--r--");
        } catch (FileAlreadyExistsException e) {
            throw new IOException(e.getFile() + " is there already; --force writes over it", e);
        } catch (IOException e) {
            throw new IOException("the keys cannot be written to " + directory + ": " + e, e);
        }
        if (json.wanted) {
            report.done(out -> {
                out.writeStringField("client_id", clientId);
                out.writeStringField("private_key_file", privateFile.toString());
                out.writeStringField("public_key_file", publicFile.toString());
            });
            return ExitCode.ANSWERED;
        }
        surroundings.out().println(privateFile + ": private; stays with the client, who gives it as --signing-key");
        surroundings
                .out()
                .println(publicFile + ": public; goes into the portal's PORTAL_CLIENT_KEYS as " + clientId + ".pem");
        return ExitCode.ANSWERED;
    }

    /** Writes a file that nobody sees half written, and that never had wider permissions than its own. */
    private static void write(Path file, String text, String permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half);
        try (Writer out = Channels.newWriter(
                Files.newByteChannel(
                        half, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes),
                StandardCharsets.US_ASCII)) {
            out.write(text);
        }
        Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
