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

/** AsyncAPI's parser and OpenAPI's validator take the documents of {@code api/}, where Node is there. */
@Timeout(240)
class ApiDocumentsIT {
    private static final Path SOURCE = Path.of("docs/tools/api");
    private static final Path PROJECT = Path.of("target/api-documents");

    @TempDir
    static Path directory;

    private static NodeProject node;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        node = NodeProject.install(
                SOURCE, PROJECT, directory, "the documents of api/ are not validated by their own tools");
    }

    private static ProcessRun check(List<Path> documents) throws IOException, InterruptedException {
        return node.run("check.mjs", documents.stream().map(Path::toString).toList());
    }

    @Test
    void eachDocumentIsOne() throws Exception {
        // Given
        List<Path> documents;
        try (Stream<Path> files = Files.list(Path.of("api"))) {
            documents = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }

        // When
        ProcessRun run = check(documents);

        // Then
        assertThat(documents).hasSize(3);
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void whatIsNoneIsNamed() throws Exception {
        // Given
        Path topics = Files.writeString(directory.resolve("asyncapi.yaml"), """
                asyncapi: 3.0.0
                info: {title: none}
                """);
        Path http = Files.writeString(directory.resolve("a.openapi.yaml"), """
                openapi: 3.1.0
                info: {title: none, version: 1.0.0}
                paths: {get: {}}
                """);

        // When
        ProcessRun run = check(List.of(topics, http));

        // Then
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("asyncapi.yaml: ", "a.openapi.yaml: ");
    }
}
