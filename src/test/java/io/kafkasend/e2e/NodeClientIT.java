package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package of {@code clients/node}: compiled by TypeScript in its strict mode, held by ESLint, and its tests against the vectors, a
 * real broker and a real portal. Skipped, with a line, where Node or its libraries are not to be had and {@code EXAMPLES_REQUIRED} is not
 * true.
 */
@Timeout(480)
class NodeClientIT {
    private static final Path SOURCE = Path.of("clients/node");
    private static final Path COPY = Path.of("target/clients/node").toAbsolutePath();

    @TempDir
    static Path directory;

    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        NodeProject.install(SOURCE, COPY, directory, "the client for Node is not tested");
        for (String part : List.of("src", "test")) {
            copy(SOURCE.resolve(part), COPY.resolve(part));
        }
        bed = ClientBed.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void itsTypesAreRightAndItTalksToARealPortalAsTheVectorsSay() throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>(bed.environment());
        environment.put("KAFKASEND_ROOT", Path.of("").toAbsolutePath().toString());

        // When
        ProcessRun built = npm(Map.of(), "build");
        ProcessRun tested = npm(environment, "coverage");

        // Then
        assertThat(built.exitCode()).as(built.output()).isZero();
        assertThat(tested.exitCode()).as(tested.output()).isZero();
        assertThat(tested.output()).contains("# fail 0").doesNotContain("names no broker");
        bed.requireCleanRecords();
    }

    @Test
    void itsSourcesKeepTheRulesOfTypeScriptsOwnLinter() throws Exception {
        ProcessRun linted = npm(Map.of(), "lint");
        assertThat(linted.exitCode()).as(linted.output()).isZero();
    }

    private static ProcessRun npm(Map<String, String> environment, String script)
            throws IOException, InterruptedException {
        return ProcessRun.of(
                directory, environment, List.of("npm", "run", script, "--silent", "--prefix", COPY.toString()));
    }

    /** Takes the place of an earlier copy. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> old = Files.list(to);
                Stream<Path> files = Files.list(from)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
