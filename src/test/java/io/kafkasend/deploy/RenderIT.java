package io.kafkasend.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Kustomize and Helm themselves render what was committed, where both are: on the PATH, or where Go installs. */
class RenderIT {
    private static final long SECONDS = 60;
    private static final String PATH =
            System.getenv("PATH") + File.pathSeparator + Path.of(System.getProperty("user.home"), "go", "bin");

    @TempDir
    Path directory;

    /**
     * Looks for the tools.
     *
     * @throws TestAbortedException where one is missing
     */
    @BeforeAll
    static void look() {
        for (String tool : List.of("kustomize", "helm", "bash")) {
            if (Stream.of(PATH.split(File.pathSeparator))
                    .noneMatch(directory -> Files.isExecutable(Path.of(directory, tool)))) {
                String line = "the manifests are not rendered anew: there is no " + tool
                        + " (deploy/render says how Go installs it)";
                System.out.println(line);
                throw new TestAbortedException(line);
            }
        }
    }

    private record Run(int exitCode, String output) {
        static Run of(Path log, String... words) throws IOException, InterruptedException {
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            builder.redirectOutput(log.toFile());
            builder.environment().put("PATH", PATH);
            Process process = builder.start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).isTrue();
            return new Run(process.exitValue(), Files.readString(log));
        }
    }

    @Test
    void rendersWhatWasCommitted() throws Exception {
        // When
        Path to = directory.resolve("rendered");
        Run run = Run.of(directory.resolve("render.log"), "bash", "deploy/render", to.toString());

        // Then
        assertThat(run.exitCode()).as(run.output()).isZero();
        List<Path> committed = new ArrayList<>();
        try (Stream<Path> files = Files.list(Rendering.DIRECTORY)) {
            files.forEach(committed::add);
        }
        assertThat(to).isDirectoryContaining("glob:**.sha256");
        assertThat(committed).hasSize(11).allSatisfy(file -> assertThat(to.resolve(file.getFileName()))
                .as("run deploy/render")
                .hasSameTextualContentAs(file));
    }

    @Test
    void helmFindsNothingAmissAndRefusesASecretAmongTheSettings() throws Exception {
        // When
        Run lint = Run.of(directory.resolve("lint.log"), "helm", "lint", "--strict", "deploy/helm/kafkasend");
        Run secret = Run.of(
                directory.resolve("secret.log"),
                "helm",
                "template",
                "deploy/helm/kafkasend",
                "--kube-version",
                "1.36.0",
                "--set",
                "settings.OAUTH2_CLIENT_SECRET=s3cret-canary");

        // Then
        assertThat(lint.exitCode()).as(lint.output()).isZero();
        assertThat(secret.exitCode()).isNotZero();
        assertThat(secret.output()).contains("OAUTH2_CLIENT_SECRET").doesNotContain("s3cret-canary");
    }
}
