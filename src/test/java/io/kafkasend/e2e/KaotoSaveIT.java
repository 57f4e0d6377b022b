package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A save in Kaoto changes no character of the routes; told by the library that Kaoto writes with, where Node is there. */
@Timeout(240)
class KaotoSaveIT {
    private static final Path SOURCE = Path.of("docs/tools/kaoto");
    private static final Path PROJECT = Path.of("target/kaoto");
    private static final Path ROUTES = Path.of("src/main/resources/routes");

    @TempDir
    static Path directory;

    private static NodeProject node;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        node = NodeProject.install(SOURCE, PROJECT, directory, "the form of the routes is not compared with Kaoto's");
    }

    @Test
    void aSaveChangesNothing() throws Exception {
        // When
        ProcessRun run = save(routes());

        // Then
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void aFileThatASaveWouldChangeIsNamedAndWritten() throws Exception {
        // Given
        Path routes = directory.resolve("routes.camel.yaml");
        Files.writeString(routes, """
                # head
                - route:
                    # lost
                    from:
                      steps: [ { process: { ref: b, id: a } } ]
                      uri: 'direct:a'
                    id: a
                """);

        // When
        ProcessRun named = save(List.of(routes.toString()));
        ProcessRun written = save(List.of("--write", routes.toString()));
        ProcessRun again = save(List.of(routes.toString()));

        // Then
        assertThat(named.exitCode()).isEqualTo(1);
        assertThat(named.output()).contains("a save in Kaoto changes " + routes);
        assertThat(written.exitCode()).isZero();
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(routes).hasContent("""
                # head
                - route:
                    id: a
                    from:
                      uri: direct:a
                      steps:
                        - process:
                            id: a
                            ref: b
                """);
    }

    private static ProcessRun save(List<String> words) throws IOException, InterruptedException {
        return node.run("save.mjs", words);
    }

    private static List<String> routes() throws IOException {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .map(Path::toString)
                    .toList();
        }
    }
}
