package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Somebody else's project that depends on an artifact of ours, built by Maven from what is installed.
 *
 * @param classPath what it runs on: its classes, and the libraries that Maven resolved
 */
record ConsumerProject(String classPath) {
    /**
     * Copies the project and builds the copy.
     *
     * @param source the project, whose pom writes {@code target/classpath.txt}
     * @param project where the copy goes
     * @param sources further files of it, by their paths
     * @param logs where Maven's log goes
     */
    static ConsumerProject build(Path source, Path project, Map<String, String> sources, Path logs)
            throws IOException, InterruptedException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = project.resolve(source.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        for (Map.Entry<String, String> file : sources.entrySet()) {
            Files.writeString(project.resolve(file.getKey()), file.getValue());
        }
        ProcessRun maven = ProcessRun.of(
                logs,
                Map.of(),
                List.of(
                        Path.of("mvnw").toAbsolutePath().toString(),
                        "-B",
                        "-q",
                        "-ntp",
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "process-classes"));
        assertThat(maven.exitCode()).as(maven.output()).isZero();
        return new ConsumerProject(project.resolve("target/classes").toAbsolutePath() + ":"
                + Files.readString(project.resolve("target/classpath.txt")));
    }

    /** The libraries. */
    List<Path> jars() {
        return Arrays.stream(classPath.split(":"))
                .filter(path -> path.endsWith(".jar"))
                .map(Path::of)
                .toList();
    }

    /** The names of the libraries' files. */
    List<String> jarNames() {
        return jars().stream().map(jar -> jar.getFileName().toString()).toList();
    }
}
