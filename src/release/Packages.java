import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Lays out what the packages have in common with no file of the checkout: jars, manual pages, completion.
 * `java Packages.java TARGET WORK NAME`.
 */
final class Packages {
    /** What the commands for clients need; the rest of target/lib is the portal's. */
    private static final List<String> OF_CLIENTS = List.of(
            "kafka-clients-", "zstd-jni-", "snappy-java-", "lz4-java-", "jackson-core-", "jackson-databind-",
            "jackson-annotations-", "jose4j-", "slf4j-api-", "logback-", "picocli-", "opentelemetry-");

    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[0]);
        Path packages = Path.of(arguments[1]).resolve("package");
        String name = arguments[2];
        Path lib = Files.createDirectories(packages.resolve("cli/lib"));
        for (Path jar : files(target.resolve("lib"))) {
            String file = jar.getFileName().toString();
            if (OF_CLIENTS.stream().anyMatch(file::startsWith)) {
                if (file.startsWith("kafka-clients-")) {
                    uncompressed(jar, lib.resolve(file));
                } else {
                    Files.copy(jar, lib.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        copy(target.resolve(name + "-cli.jar"), packages.resolve("cli/" + name + ".jar"));
        copy(target.resolve(name + ".jar"), packages.resolve("whole/" + name + ".jar"));
        copy(target.resolve(name + ".jar"), packages.resolveSibling("image/" + name + ".jar"));
        copy(Path.of("kafkasend"), packages.resolveSibling("image/bin/kafkasend"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Its thousands of classes are alike: not compressed one by one, they take a third less of a zip. */
    private static void uncompressed(Path jar, Path to) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            out.setMethod(ZipOutputStream.STORED);
            for (ZipEntry each : in.stream().toList()) {
                byte[] content = in.getInputStream(each).readAllBytes();
                ZipEntry entry = new ZipEntry(each.getName());
                entry.setTimeLocal(each.getTimeLocal());
                entry.setSize(content.length);
                CRC32 sum = new CRC32();
                sum.update(content);
                entry.setCrc(sum.getValue());
                out.putNextEntry(entry);
                out.write(content);
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
