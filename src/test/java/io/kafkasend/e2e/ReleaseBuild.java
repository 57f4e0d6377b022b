package io.kafkasend.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What {@code ./mvnw -Prelease} makes of a clone of this checkout's commit. Immutable. */
record ReleaseBuild(Path checkout) {
    private static final String VERSION = "0.1.0";

    /** Clones and builds; with these variables beside the process's own. */
    static ReleaseBuild make(Path checkout, Map<String, String> environment) throws Exception {
        Files.createDirectories(checkout.getParent());
        run(Path.of("."), Map.of(), "rm", "-rf", checkout.toString());
        run(Path.of("."), Map.of(), "git", "clone", "--quiet", ".", checkout.toString());
        // No registry is asked for the image's base, which so is none.
        run(checkout, environment, "./mvnw", "-B", "-q", "-ntp", "-Prelease", "-Drelease.base=scratch");
        return new ReleaseBuild(checkout);
    }

    Path target() {
        return checkout.resolve("target");
    }

    Path file(String name) {
        return target().resolve("release").resolve(name.replace("VERSION", VERSION));
    }

    /** Every file by its name, with its SHA-256. */
    SortedMap<String, String> sums() throws Exception {
        SortedMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.list(target().resolve("release"))) {
            for (Path file : files.toList()) {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                sums.put(file.getFileName().toString(), HexFormat.of().formatHex(sum));
            }
        }
        return sums;
    }

    /**
     * Closes it once more, with a key to sign by.
     *
     * @param home gpg's
     */
    void sign(Path home, String key) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", "target/lib/*"));
        command.addAll(List.of("src/release/Bundle.java", ".", "target", VERSION, "2026-11-24T00:00:00Z", key));
        run(checkout, Map.of("GNUPGHOME", home.toString()), command.toArray(String[]::new));
    }

    /** Runs a command that has to succeed; gives what it printed. */
    static String run(Path directory, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", words) + " ended with " + process.exitValue() + ": " + said);
        }
        return said;
    }
}
