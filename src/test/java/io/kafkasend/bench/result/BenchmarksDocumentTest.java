package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.bench.scenario.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/benchmarks.md shows is what docs/benchmarks.json holds. */
class BenchmarksDocumentTest {
    private static final Path DOCS = Path.of("docs");

    private final Results results = Results.read(DOCS.resolve(Report.RESULTS));

    @Test
    void tablesAreThoseOfTheResults() throws IOException {
        // Given
        String document = Files.readString(DOCS.resolve(Report.DOCUMENT));

        // Then
        assertThat(document).isEqualTo(Report.withTables(document, results));
    }

    @Test
    void theChartIsThatOfTheResults() throws IOException {
        assertThat(Files.readString(DOCS.resolve(Report.CHART)))
                .isEqualTo(new TimesChart(results).svg().orElseThrow());
    }

    @Test
    void itOpensWithFiveNumbers() throws IOException {
        // When
        List<String> lines = Files.readAllLines(DOCS.resolve(Report.DOCUMENT));
        List<String> numbers = lines.stream()
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.matches("\\| .+ \\| \\d.+ \\| \\d.+ \\| \\d.+ \\|"))
                .toList();

        // Then
        assertThat(numbers).hasSize(5);
    }

    @Test
    void mediansAndRatiosFollowFromTheRounds() {
        for (Outcome scenario : results.scenarios()) {
            for (Measurement figure : scenario.figures()) {
                assertThat(figure)
                        .as(scenario.name())
                        .isEqualTo(
                                Measurement.of(figure.figure(), figure.rounds()).kept(figure.keptFrom()));
            }
        }
    }

    @Test
    void barsAreThoseOfTheCatalogue() {
        List<Figure> listed = Catalogue.entries().stream()
                .flatMap(scenario -> scenario.figures().stream())
                .toList();

        assertThat(results.scenarios().stream().flatMap(scenario -> scenario.figures().stream()))
                .allSatisfy(figure -> assertThat(listed).contains(figure.figure()));
    }

    @Test
    void theRunWasAFullOne() {
        assertThat(results.quick()).isFalse();
        assertThat(results.scenarios().stream().map(Outcome::name))
                .containsAll(
                        List.of("upload-50", "download-50", "get", "gets-64", "hanging", "portals", "portal-heap"));
    }
}
