package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Results RESULTS = new Results(
            "0123456789ab",
            "2026-11-24T20:00:00Z",
            61.5,
            false,
            new Machine(2, 24_576, "Linux 6, amd64", "OpenJDK 17", 0.25),
            Map.of("broker data", "disk"),
            List.of(
                    new Outcome(
                            "upload-50",
                            "upload of 50 MiB",
                            "pipe",
                            null,
                            List.of(
                                    Measurement.of(
                                            Figure.less("last-byte", "to the last byte", "s", 1.5, 1.2),
                                            List.of(new Round(1.25, 0.5), new Round(1.35, 0.6), new Round(1.2, 0.4))),
                                    Measurement.of(
                                            Figure.less("end", "to the end", "s"), List.of(new Round(1.5, 0.5))))),
                    new Outcome("portal-heap", "heap", "the body", "there is no jcmd", List.of())));

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsReadAgain() {
        // Given
        Path file = directory.resolve("results.json");

        // When
        RESULTS.write(file);

        // Then
        assertThat(Results.read(file)).isEqualTo(RESULTS);
    }

    @Test
    void aQuickRunSaysThatItIsNotWarm() {
        // Given
        Results quick = new Results(
                RESULTS.commit(),
                RESULTS.startedAt(),
                RESULTS.seconds(),
                true,
                RESULTS.machine(),
                RESULTS.settings(),
                RESULTS.scenarios());

        // Then
        assertThat(new Tables(quick).lines()).last().asString().contains("are not warm");
        assertThat(new Tables(quick).markdown()).contains("are not warm");
        assertThat(new Tables(RESULTS).lines()).noneMatch(line -> line.contains("not warm"));
    }

    @Test
    void aFileThatIsSomethingElseIsNamed() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("other.json"), "{\"a\": 1}");
        Path broken = Files.writeString(directory.resolve("broken.json"), "{");

        // Then
        assertThatThrownBy(() -> Results.read(file))
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("other.json is not what bench --json writes");
        assertThatThrownBy(() -> Results.read(broken)).hasMessageContaining("broken.json is not what");
    }

    @Test
    void theTerminalsTableHasMedianSpreadRatioAndVerdict() {
        assertThat(new Tables(RESULTS).lines())
                .hasSize(4)
                .anyMatch(line -> line.matches(
                        "upload-50 +to the last byte, s +1\\.25 \\(1\\.20\\.\\.1\\.35\\) +0\\.500 \\(0\\.400\\.\\.0\\.600\\)"
                                + " +2\\.50 \\(2\\.25\\.\\.3\\.00\\) +1\\.5 +1\\.2 +missed"))
                .anyMatch(line -> line.matches("portal-heap +skipped: there is no jcmd"));
    }

    @Test
    void aDocumentKeepsItsTextAroundTheTables() throws Exception {
        // Given
        Path document = directory.resolve(Report.DOCUMENT);
        new Report(directory).write(RESULTS);
        Files.writeString(document, "before\n" + Files.readString(document) + "after\n");

        // When
        new Report(directory).write(RESULTS);

        // Then
        assertThat(document)
                .content()
                .startsWith("before\n<!--")
                .endsWith("-->\nafter\n")
                .containsOnlyOnce("| upload of 50 MiB, to the last byte | pipe |")
                .contains("| 2.50 (2.25..3.00) | 1.5 | 1.2 | missed |", "not measured: there is no jcmd");
    }

    @Test
    void publishedFiguresStayUnlessTheyDifferByMoreThanChance() {
        // Given
        Figure figure = Figure.less("p50", "p50", "ms");
        Results published = measured("a", "get", figure, 10, 11, 12, 13, 14, 15);
        Results noise = measured("b", "get", figure, 16, 10.5, 11.5, 12.5, 13.5, 14.5);
        Results faster = measured("c", "get", figure, 5, 6, 7, 8, 9, 9.5);
        Results other = measured("d", "upload-1", figure, 1, 2, 3);
        Results redefined = measured("e", "get", Figure.less("p50", "median", "ms"), 16, 10.5, 11.5);

        // Then
        assertThat(kept(noise.over(published))).containsExactly("get a, 2026-11-24");
        assertThat(kept(faster.over(published))).containsExactly("get null");
        assertThat(kept(other.over(published))).containsExactly("get a, 2026-11-24", "upload-1 null");
        assertThat(kept(noise.over(other.over(published))))
                .containsExactly("get a, 2026-11-24", "upload-1 d, 2026-11-24");
        assertThat(kept(redefined.over(published))).containsExactly("get null");
        assertThat(noise.over(published).commit()).isEqualTo("b");
    }

    private static Results measured(String commit, String scenario, Figure figure, double... values) {
        List<Round> rounds =
                Arrays.stream(values).mapToObj(value -> new Round(value, 1)).toList();
        return new Results(
                commit,
                "2026-11-24T20:00:0" + (commit.charAt(0) - 'a') + "Z",
                1,
                false,
                RESULTS.machine(),
                Map.of(),
                List.of(new Outcome(scenario, scenario, "echo", null, List.of(Measurement.of(figure, rounds)))));
    }

    private static List<String> kept(Results results) {
        return results.scenarios().stream()
                .map(outcome -> outcome.name() + " " + outcome.figures().get(0).keptFrom())
                .toList();
    }

    @Test
    void aBusyMachineIsToldOf() {
        // Given
        Machine busy = new Machine(2, 24_576, "Linux 6, amd64", "OpenJDK 17", 3.5);
        Results loaded = new Results(null, RESULTS.startedAt(), 1, true, busy, Map.of(), RESULTS.scenarios());

        // Then
        assertThat(new Tables(loaded).markdown()).contains("Commit unknown", "busy with other work", "quick");
        assertThat(new Tables(RESULTS).markdown()).doesNotContain("busy");
    }

    @Test
    void aDocumentWithoutMarkersIsLeftAlone() throws Exception {
        // Given
        Path document = Files.writeString(directory.resolve(Report.DOCUMENT), "no markers\n");

        // Then
        assertThatThrownBy(() -> new Report(directory).write(RESULTS)).hasMessageContaining("lacks the lines");
        assertThat(document).hasContent("no markers\n");
    }

    @Test
    void theChartIsWrittenWhereThereAreFiguresForIt() throws Exception {
        // Given
        Results without = new Results(
                null,
                RESULTS.startedAt(),
                1,
                true,
                RESULTS.machine(),
                Map.of(),
                RESULTS.scenarios().subList(1, 2));

        // When
        new Report(directory).write(without);

        // Then
        assertThat(directory.resolve(Report.CHART)).doesNotExist();
        new Report(directory).write(RESULTS);
        assertThat(directory.resolve(Report.CHART))
                .content()
                .startsWith("<svg ")
                .endsWith("</svg>\n");
    }
}
