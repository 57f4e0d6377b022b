package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Prometheus' own tool takes the rules and the dashboard's expressions, and proves that each alert fires and ends. */
class PrometheusRulesIT {
    private static final String TOOL = "promtool";
    private static final long SECONDS = 60;

    @TempDir
    Path directory;

    /**
     * Looks for the tool.
     *
     * @throws TestAbortedException where it is not there, unless {@code DEBIAN_TOOLS_REQUIRED} says that it has to be
     */
    @BeforeAll
    static void look() throws Exception {
        try {
            run(TOOL, "--version");
        } catch (IOException e) {
            String line = "the Prometheus rules are not tested: " + e.getMessage()
                    + " (Debian has it in its package prometheus)";
            if ("true".equals(System.getenv("DEBIAN_TOOLS_REQUIRED"))) {
                throw new AssertionError(line);
            }
            System.out.println(line);
            throw new TestAbortedException(line);
        }
    }

    private static String run(String... words) throws Exception {
        Path log = Files.createTempFile(TOOL, ".log");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(log);
            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(log);
        }
    }

    @Test
    void theRulesAreWellFormed() throws Exception {
        assertThat(run(TOOL, "check", "rules", Observability.RULES.toString())).contains("SUCCESS");
    }

    @Test
    void everyAlertFiresAndEndsAndABusyPortalFiresNone() throws Exception {
        assertThat(run(TOOL, "test", "rules", Observability.RULES_TEST.toString()))
                .contains("SUCCESS");
    }

    @Test
    void theExpressionsOfTheDashboardAreWellFormed() throws Exception {
        // Given
        List<String> expressions = Observability.panels().stream()
                .flatMap(panel -> panel.path("targets").findValuesAsText("expr").stream())
                .map(expression -> expression
                        .replace("$__rate_interval", "5m")
                        .replace("$job", ".*")
                        .replace("$instance", ".*"))
                .toList();
        Stream<String> rules = Stream.iterate(0, i -> i < expressions.size(), i -> i + 1)
                .map(i ->
                        "      - record: dashboard:expression:" + i + "\n        expr: '" + expressions.get(i) + "'\n");

        // When
        Path file = Files.writeString(
                directory.resolve("dashboard.yaml"),
                rules.reduce("groups:\n  - name: dashboard\n    rules:\n", String::concat));

        // Then
        assertThat(expressions).hasSizeGreaterThan(20).noneMatch(expression -> expression.contains("$"));
        assertThat(run(TOOL, "check", "rules", file.toString())).contains(expressions.size() + " rules found");
    }

    @Test
    void aRuleThatIsWrongIsFound() throws Exception {
        // Given
        String rules = Observability.text(Observability.RULES).replace("> 2700", "> 60");
        Path file = Files.writeString(directory.resolve("prometheus-rules.yaml"), rules);
        Path test = Files.copy(Observability.RULES_TEST, directory.resolve("prometheus-rules.test.yaml"));

        // When
        Process process = new ProcessBuilder(TOOL, "test", "rules", test.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();

        // Then
        assertThat(file).exists();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(directory.resolve("log")).content().contains("KafkaSendOldestJobTooOld");
    }
}
