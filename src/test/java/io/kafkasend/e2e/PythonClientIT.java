package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/**
 * The package of {@code clients/python}, installed by pip as its users do: its types, the vectors, and its suite against a real
 * broker and portal. Skipped, with a line, where Python or its libraries are not to be had and {@code EXAMPLES_REQUIRED} is not true.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class PythonClientIT {
    private static final Path SOURCE = Path.of("clients/python");
    private static final Path PLACE = Path.of("target/clients/python").toAbsolutePath();
    private static final String PYTHON = PLACE.resolve("venv/bin/python").toString();
    private static final long SECONDS = 240;

    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        install();
        bed = ClientBed.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void itsTypesAreRight() throws Exception {
        assertThat(run(
                        SOURCE,
                        Map.of(),
                        PYTHON,
                        "-m",
                        "mypy",
                        "--cache-dir",
                        PLACE.resolve("mypy").toString()))
                .isEmpty();
    }

    @Test
    void itReadsTheVectorsAndTalksToARealPortal() throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>(bed.environment());
        environment.put("COVERAGE_FILE", PLACE.resolve("coverage").toString());

        // Then
        assertThat(run(
                        SOURCE,
                        environment,
                        PYTHON,
                        "-m",
                        "pytest",
                        "-q",
                        "-p",
                        "no:cacheprovider",
                        "--durations=10",
                        "--cov=kafkasend",
                        "--cov-report=term-missing",
                        "--cov-fail-under=95"))
                .isEmpty();
        assertThat(Files.readString(PLACE.resolve("log"))).contains("passed").doesNotContain("skipped");
        bed.requireCleanRecords();
    }

    /** Installs the package, unless it is there as it stands. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(PLACE);
        Path done = PLACE.resolve("done");
        String wanted = sources();
        if (Files.exists(done) && Files.readString(done).equals(wanted)) {
            return;
        }
        List<String> pip = List.of(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check");
        List<List<String>> steps = List.of(
                List.of("python3", "-m", "venv", PLACE.resolve("venv").toString()),
                and(pip, "-r", "requirements.txt"),
                and(pip, "--no-deps", "--no-build-isolation", "--force-reinstall", "."));
        for (List<String> step : steps) {
            String failure = run(SOURCE, Map.of(), step.toArray(String[]::new));
            if (!failure.isEmpty()) {
                String line = "the Python client is not tested: " + String.join(" ", step) + ": " + failure;
                if ("true".equals(System.getenv("EXAMPLES_REQUIRED"))) {
                    throw new AssertionError(line);
                }
                System.out.println(line);
                throw new TestAbortedException(line);
            }
        }
        Files.writeString(done, wanted);
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder(Files.readString(SOURCE.resolve("requirements.txt")))
                .append(Files.readString(SOURCE.resolve("pyproject.toml")));
        try (var files = Files.list(SOURCE.resolve("src/kafkasend"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(file.getFileName()).append('\n').append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static List<String> and(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    /** Why it failed, with what it said; empty where it did not. */
    private static String run(Path where, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        Path log = PLACE.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA") || name.startsWith("PYTHON"));
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return e.getMessage(); // no such interpreter
        }
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return "no end within " + SECONDS + " seconds: " + Files.readString(log);
        }
        return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + ": " + Files.readString(log);
    }
}
