package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lives long, under a Java of 25 or newer, with the AOT cache that the launcher has that Java make. Left out, with a line, where
 * there is none: {@code JAVA25_HOME} names one, or it lies in {@code /usr/lib/jvm}.
 */
@Tag("long")
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AotCacheIT {
    private static final Path JAVAS = Path.of("/usr/lib/jvm");
    private static final long SECONDS = 300;
    /** Where the JVM says each class is from. */
    private static final String CLASSES = "-Xlog:class+load:stdout";

    private static final String FROM_CACHE = "io.kafkasend.cli.KafkaSend source: shared objects file";

    @TempDir
    static Path home;

    private static Path java;
    private static int runs;

    @BeforeAll
    static void install() throws Exception {
        Optional<Path> found = java();
        assumeTrue(found.isPresent(), "no Java of 25 in JAVA25_HOME or /usr/lib/jvm: the AOT cache is not tried");
        java = found.get();
        String jar = System.getProperty("packaged.jar");
        assumeTrue(jar != null, "no packaged jar: the AOT cache is not tried");
        Files.createDirectories(home.resolve("bin"));
        Files.copy(Path.of(jar), home.resolve(Path.of(jar).getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(
                home.resolve("lib"), Path.of(jar).resolveSibling("lib").toAbsolutePath());
        Files.copy(Path.of("kafkasend"), home.resolve("bin/kafkasend"), StandardCopyOption.COPY_ATTRIBUTES);
        Run made = run(Map.of(), "class-data");
        assertThat(made.code()).as(made.output()).isZero();
    }

    private static Optional<Path> java() throws IOException {
        String named = System.getenv("JAVA25_HOME");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        if (!Files.isDirectory(JAVAS)) {
            return Optional.empty();
        }
        try (Stream<Path> javas = Files.list(JAVAS)) {
            return javas.filter(each -> each.getFileName().toString().contains("25"))
                    .filter(each -> Files.isExecutable(each.resolve("bin/java")))
                    .findFirst();
        }
    }

    @Test
    @Order(1)
    void aPortalsClassesComeFromTheCacheAndACommandsFromTheArchive() throws Exception {
        // When
        Run portal = run(Map.of("KAFKASEND_JAVA_OPTS", CLASSES), "portal", "--help");
        Run command = run(Map.of(), "topics", "--help");

        // Then
        assertThat(home.resolve("kafkasend.aot")).isNotEmptyFile();
        assertThat(home.resolve("kafkasend.jsa")).isNotEmptyFile();
        assertThat(home.resolve("help")).isNotEmptyFile();
        assertThat(portal.code()).isZero();
        assertThat(portal.output()).contains(FROM_CACHE, "Usage: kafkasend portal");
        assertThat(command.output()).startsWith("Usage: kafkasend topics");
    }

    @Test
    @Order(2)
    void optionsAboutArchivesOfOnesOwnStand() throws Exception {
        // When
        Run own = run(Map.of("KAFKASEND_JAVA_OPTS", "-Xshare:auto " + CLASSES), "portal", "--help");
        Run collector = run(Map.of("KAFKASEND_JAVA_OPTS", "-XX:+UseZGC"), "portal", "--help");

        // Then
        assertThat(own.code()).as(own.output()).isZero();
        assertThat(own.output()).contains("Usage: kafkasend portal");
        assertThat(collector.code()).as(collector.output()).isZero();
        assertThat(collector.output()).startsWith("Usage: kafkasend portal");
    }

    @Test
    @Order(3)
    void aDirectoryThatCannotBeWrittenToIsEnough() throws Exception {
        // Given
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
        List<Path> before = files();

        // When
        Run portal = run(Map.of("KAFKASEND_JAVA_OPTS", CLASSES), "portal", "--help");

        // Then
        assertThat(portal.output()).contains(FROM_CACHE);
        assertThat(files()).isEqualTo(before);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    @Order(4)
    void aBrokenOrStaleCacheIsASlowerStartAndNoLine() throws Exception {
        // Given
        Path cache = home.resolve("kafkasend.aot");
        byte[] whole = Files.readAllBytes(cache);
        String usage = run(Map.of(), "portal", "--help").output();

        // When
        Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
        Run half = run(Map.of(), "portal", "--help");
        Files.writeString(cache, "no cache");
        Run other = run(Map.of(), "portal", "--help");
        Files.write(cache, whole);
        Files.setLastModifiedTime(home.resolve("kafkasend-0.1.0.jar"), FileTime.fromMillis(1_000_000_000_000L));
        Run stale = run(Map.of(), "portal", "--help");

        // Then
        assertThat(usage).startsWith("Usage: kafkasend portal");
        assertThat(List.of(half, other, stale)).allSatisfy(run -> {
            assertThat(run.output()).isEqualTo(usage);
            assertThat(run.code()).isZero();
        });
    }

    private record Run(int code, String output) {}

    private static Run run(Map<String, String> environment, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/kafkasend").toString()));
        command.addAll(List.of(words));
        Path output = home.resolveSibling(home.getFileName() + "-" + runs++ + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment()
                .keySet()
                .removeAll(List.of("KAFKASEND_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.sorted().toList();
        }
    }
}
