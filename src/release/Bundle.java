import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Closes a release: the bundle for Maven Central, the SBOM, the provenance and the sums of all. With a key it signs what Central wants
 * signed, and the sums. `java -cp CLASSPATH Bundle.java BASEDIR TARGET VERSION TIMESTAMP [KEY]`.
 */
final class Bundle {
    private static final Map<String, String> SUMS = Map.of("MD5", ".md5", "SHA-1", ".sha1", "SHA-256", ".sha256", "SHA-512", ".sha512");

    private final Path base;
    private final Path target;
    private final Path release;
    private final String version;
    private final OffsetDateTime time;
    private final String key;

    private Bundle(String[] arguments) {
        base = Path.of(arguments[0]);
        target = Path.of(arguments[1]);
        release = target.resolve("release");
        version = arguments[2];
        time = OffsetDateTime.parse(arguments[3]);
        key = arguments.length > 4 ? arguments[4] : "";
    }

    public static void main(String[] arguments) throws Exception {
        new Bundle(arguments).make();
    }

    private void make() throws Exception {
        Path central = target.resolve("release-work/central");
        artifact(central, "kafkasend", target.resolve("installed-pom.xml"), target);
        artifact(central, "kafkasend-client", base.resolve("sdk/pom.xml"), base.resolve("sdk/target"));
        zip(central, release.resolve("kafkasend-" + version + "-central.zip"));
        Files.copy(
                target.resolve("kafkasend-" + version + "-cyclonedx.json"),
                release.resolve("kafkasend-" + version + "-cyclonedx.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Path provenance = release.resolve("kafkasend-" + version + ".intoto.json");
        Path sums = release.resolve("SHA256SUMS");
        for (Path old : List.of(provenance, sums, release.resolve("SHA256SUMS.asc"))) {
            Files.deleteIfExists(old);
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(provenance.toFile(), statement());
        StringBuilder lines = new StringBuilder();
        for (Path file : files(release)) {
            lines.append(sum("SHA-256", file)).append("  ").append(file.getFileName()).append('\n');
        }
        Files.writeString(sums, lines);
        sign(sums);
    }

    /** Lays an artifact out as a repository has it, each file with its sums and, with a key, its signature. */
    private void artifact(Path central, String name, Path pom, Path built) throws Exception {
        Path directory = Files.createDirectories(central.resolve("io/kafkasend").resolve(name).resolve(version));
        String stem = name + "-" + version;
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(pom, stem + ".pom");
        for (String jar : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
            files.put(built.resolve(stem + jar), stem + jar);
        }
        for (Map.Entry<Path, String> each : files.entrySet()) {
            Path file = directory.resolve(each.getValue());
            Files.copy(each.getKey(), file, StandardCopyOption.REPLACE_EXISTING);
            sign(file);
            for (Map.Entry<String, String> kind : SUMS.entrySet()) {
                Files.writeString(directory.resolve(each.getValue() + kind.getValue()), sum(kind.getKey(), file));
            }
        }
    }

    private void sign(Path file) throws IOException, InterruptedException {
        Path signature = file.resolveSibling(file.getFileName() + ".asc");
        Files.deleteIfExists(signature);
        if (key.isEmpty()) {
            return;
        }
        run("gpg", "--batch", "--yes", "--local-user", key, "--armor", "--output", signature.toString(), "--detach-sign", file.toString());
    }

    /** An in-toto statement that says of each file by what it was made (SLSA v1), and of which libraries. */
    private Map<String, Object> statement() throws Exception {
        List<Object> subjects = new ArrayList<>();
        for (Path file : files(release)) {
            subjects.add(inOrder("name", file.getFileName().toString(), "digest", Map.of("sha256", sum("SHA-256", file))));
        }
        String commit = run("git", "-C", base.toString(), "rev-parse", "HEAD");
        boolean changed = !run("git", "-C", base.toString(), "status", "--porcelain").isEmpty();
        String repository = "git+https://github.com/kafkasend/kafkasend";
        List<Object> materials = new ArrayList<>();
        materials.add(inOrder("uri", repository + "@" + commit, "digest", Map.of("gitCommit", commit)));
        JsonNode bom = new ObjectMapper().readTree(target.resolve("kafkasend-" + version + "-cyclonedx.json").toFile());
        for (JsonNode component : bom.get("components")) {
            for (JsonNode hash : component.path("hashes")) {
                if (hash.get("alg").asText().equals("SHA-256")) {
                    materials.add(inOrder("uri", component.get("purl").asText(), "digest", Map.of("sha256", hash.get("content").asText())));
                }
            }
        }
        Map<String, Object> definition = inOrder(
                "buildType", "https://github.com/kafkasend/kafkasend/blob/main/docs/develop/releasing.md",
                "externalParameters", inOrder("repository", repository, "command", "./mvnw -Prelease"));
        definition.put("internalParameters", inOrder("checkoutWasChanged", changed, "outputTimestamp", time.toString()));
        definition.put("resolvedDependencies", materials);
        Map<String, Object> statement = inOrder("_type", "https://in-toto.io/Statement/v1", "subject", subjects);
        statement.put("predicateType", "https://slsa.dev/provenance/v1");
        statement.put("predicate", inOrder(
                "buildDefinition", definition,
                "runDetails", Map.of("builder", Map.of("id", "https://github.com/kafkasend/kafkasend/blob/main/pom.xml"))));
        return statement;
    }

    private static Map<String, Object> inOrder(String name, Object value, String other, Object itsValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, value);
        map.put(other, itsValue);
        return map;
    }

    private void zip(Path directory, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(directory);
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                ZipEntry entry = new ZipEntry(directory.relativize(file).toString().replace('\\', '/'));
                entry.setTimeLocal(time.toLocalDateTime());
                out.putNextEntry(entry);
                Files.copy(file, out);
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String sum(String algorithm, Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        try (var in = Files.newInputStream(file)) {
            in.transferTo(new java.security.DigestOutputStream(OutputStream.nullOutputStream(), digest));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
