package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules, dashboard and runbook fit one another, and what a portal has. */
class ObservabilityTest {
    private static final String PAGES = "https://github.com/kafkasend/kafkasend/blob/main/docs/operate/runbook/";
    /** Prometheus' own, and what it adds to each sample. */
    private static final String UP = "up";

    private static final Set<String> ADDED = Set.of("job", "instance", "le");

    private static final Pattern COMMAND = Pattern.compile("`(?:\\./)?kafkasend ([^`]+)`");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    private static final Pattern TOOL = Pattern.compile("kafkasend |curl |kubectl |jcmd |openssl |promtool ");
    private static final Pattern NAMED =
            Pattern.compile("`((?:kafkasend|messaging|http_client)_[a-z_]+)(?:\\{[^`]*})?`");

    private static List<String> alerts() {
        return Observability.alerts().stream()
                .map(rule -> rule.get("alert").toString())
                .toList();
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(Observability.documented().keySet());
        known.add(UP);
        Observability.rules().stream()
                .filter(rule -> rule.containsKey("record"))
                .forEach(rule -> known.add(rule.get("record").toString()));
        return known;
    }

    @Test
    void thereAreTenAlertsAtMostAndEachSaysAllThatIsNeededAtNight() {
        assertThat(alerts()).hasSizeBetween(1, 10).doesNotHaveDuplicates();
        assertThat(Observability.alerts()).allSatisfy(rule -> {
            Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
            assertThat(rule.get("for").toString()).matches("[1-9][0-9]*[mh]");
            assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("critical", "warning");
            assertThat(annotations.keySet().stream().map(String::valueOf))
                    .containsExactlyInAnyOrder("summary", "description", "runbook_url");
            assertThat(annotations.get("description").toString()).contains("{{ ");
            assertThat(annotations.get("runbook_url")).isEqualTo(PAGES + rule.get("alert") + ".md");
        });
    }

    @Test
    void everyAlertHasAPageAndEveryPageAnAlert() throws IOException {
        try (Stream<Path> pages = Files.list(Observability.RUNBOOK)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(alerts().stream().map(alert -> alert + ".md"), Stream.of("README.md"))
                                    .toList());
        }
        assertThat(alerts()).allSatisfy(alert -> {
            MarkdownFile page = new MarkdownFile(Observability.RUNBOOK.resolve(alert + ".md"));
            assertThat(page.headings()).containsExactly(alert, "Meaning", "Impact", "Diagnosis", "Mitigation");
        });
    }

    @Test
    void theListOfAlertsHasThemInTheirOrderWithTheirSeverity() {
        assertThat(new MarkdownFile(Observability.RUNBOOK.resolve("README.md"))
                        .matches(Pattern.compile("(?m)^\\| \\[(KafkaSend\\w+)]\\(\\1\\.md\\) \\| (\\w+) \\|"))
                        .map(row -> row.group(1) + " " + row.group(2)))
                .containsExactlyElementsOf(Observability.alerts().stream()
                        .map(rule -> rule.get("alert") + " " + ((Map<?, ?>) rule.get("labels")).get("severity"))
                        .toList());
    }

    @Test
    void everyAlertIsTestedToFireAndToEnd() {
        List<Map<?, ?>> checks = Observability.list(
                        Observability.yaml(Observability.RULES_TEST).get("tests"))
                .stream()
                .filter(test -> !test.get("name").toString().startsWith("a busy portal"))
                .flatMap(test -> Observability.list(test.get("alert_rule_test")).stream())
                .toList();
        List<Map<?, ?>> busy = Observability.list(
                        Observability.yaml(Observability.RULES_TEST).get("tests"))
                .stream()
                .filter(test -> test.get("name").toString().startsWith("a busy portal"))
                .flatMap(test -> Observability.list(test.get("alert_rule_test")).stream())
                .toList();

        // Then: it fires somewhere, is silent before and after it, and is looked at in a busy portal that is well
        assertThat(alerts()).allSatisfy(alert -> {
            List<Map<?, ?>> own = checks.stream()
                    .filter(check -> check.get("alertname").equals(alert))
                    .toList();
            assertThat(own).anyMatch(check -> check.containsKey("exp_alerts"));
            assertThat(own.get(own.size() - 1).containsKey("exp_alerts"))
                    .as("ends")
                    .isFalse();
            assertThat(busy)
                    .filteredOn(check -> check.get("alertname").equals(alert))
                    .isNotEmpty()
                    .noneMatch(check -> check.containsKey("exp_alerts"));
        });
    }

    @Test
    void everyMetricThatIsNamedIsOneThatAPortalHas() {
        assertThat(Observability.documented()).hasSizeGreaterThan(20);
        assertThat(Observability.expressions()).hasSizeGreaterThan(30).allSatisfy(expression -> assertThat(
                        expression.metrics())
                .as(expression.text())
                .filteredOn(name -> !Observability.isOfLibraries(name))
                .isSubsetOf(known()));
    }

    @Test
    void everyLabelThatIsNamedIsOneOfItsMetrics() {
        assertThat(Observability.expressions()).allSatisfy(expression -> {
            Set<String> labels = new TreeSet<>(ADDED);
            expression.metrics().forEach(name -> {
                labels.addAll(Observability.documented().getOrDefault(name, new TreeSet<>()));
                if (Observability.isOfLibraries(name)) {
                    labels.add("area");
                }
            });
            assertThat(expression.labels()).as(expression.text()).isSubsetOf(labels);
        });
    }

    @Test
    void theRunbookNamesOnlyWhatThereIs() throws IOException {
        try (Stream<Path> pages = Files.list(Observability.RUNBOOK)) {
            assertThat(pages.map(MarkdownFile::new)).allSatisfy(page -> {
                assertThat(page.matches(NAMED).map(name -> name.group(1)))
                        .allMatch(name -> known().contains(name)
                                || Observability.documented().containsKey(name + "_count"));
                assertThat(page.matches(COMMAND).map(command -> command.group(1)))
                        .allSatisfy(command -> assertThatCode(
                                        () -> KafkaSend.commandLine(nowhere()).parseArgs(command.split(" ")))
                                .as(command)
                                .doesNotThrowAnyException());
            });
        }
    }

    @Test
    void theLinesThatTheRunbookQuotesStandInThePagesOfLogsHealthAndTheDrill() throws IOException {
        // Given
        String told = Observability.text(Path.of("docs/operate/logs.md"))
                + Observability.text(Path.of("docs/operate/observe.md"))
                + Observability.text(Path.of("docs/operate/drill.md"));

        // Then
        try (Stream<Path> pages = Files.list(Observability.RUNBOOK)) {
            assertThat(pages.map(MarkdownFile::new)
                            .flatMap(page -> QUOTED.matcher(page.prose()).results())
                            .map(quoted -> quoted.group(1).replaceAll("\\s+", " "))
                            .filter(quoted -> quoted.contains(" ")
                                    && !TOOL.matcher(quoted).lookingAt()))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(line -> assertThat(told).contains(line));
        }
    }

    @Test
    void theErrorBudgetCountsTheCodesThatTheTableSaysCount() {
        // Given
        String expression = Observability.rules().stream()
                .filter(rule -> "kafkasend:jobs_failed:rate5m".equals(rule.get("record")))
                .map(rule -> rule.get("expr").toString())
                .findFirst()
                .orElseThrow();

        // When
        String codes = expression.replaceFirst("(?s).*error_type=~\"([^\"]*)\".*", "$1");

        // Then
        assertThat(Arrays.asList(codes.split("\\|")))
                .containsExactlyElementsOf(ErrorCodeRow.all().stream()
                        .filter(ErrorCodeRow::counts)
                        .map(ErrorCodeRow::code)
                        .toList());
    }

    @Test
    void theDashboardCanBeImportedAnywhere() {
        // Given
        JsonNode dashboard = Observability.dashboard();

        // When
        List<String> variables = dashboard.at("/templating/list").findValuesAsText("name");

        // Then
        assertThat(variables).containsExactly("datasource", "job", "instance");
        assertThat(dashboard.has("id")).isFalse();
        assertThat(dashboard.get("uid").asText()).isNotEmpty();
        assertThat(dashboard.findValues("datasource"))
                .filteredOn(JsonNode::isObject)
                .allMatch(source -> source.get("uid").asText().equals("${datasource}"));
    }

    @Test
    void itsRowsAreInTheOrderInWhichAnOperatorAsks() {
        assertThat(Observability.panels().stream()
                        .filter(panel -> panel.get("type").asText().equals("row"))
                        .map(panel -> panel.get("title").asText()))
                .containsExactly("Is it our side?", "Where is it?", "How full is it?", "JVM");
    }

    @Test
    void everyPanelHasAnIdAPlaceATitleAUnitAndSaysWhatItShows() {
        // Given
        List<JsonNode> shown = Observability.panels().stream()
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();

        // Then
        assertThat(Observability.panels())
                .extracting(panel -> panel.get("id").asInt())
                .doesNotHaveDuplicates();
        assertThat(shown).extracting(panel -> panel.get("title").asText()).doesNotHaveDuplicates();
        assertThat(shown).hasSizeGreaterThan(15).allSatisfy(panel -> {
            assertThat(panel.get("title").asText()).isNotEmpty();
            assertThat(panel.get("description").asText()).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .isIn("short", "s", "bytes", "percentunit", "reqps");
            assertThat(panel.get("targets")).isNotEmpty();
        });
    }

    @Test
    void noTwoPanelsStandOnOnePlace() {
        assertThat(Observability.panels().stream()
                        .map(panel -> panel.get("gridPos"))
                        .flatMap(place -> cells(place).stream()))
                .doesNotHaveDuplicates();
    }

    private static List<String> cells(JsonNode place) {
        return Stream.iterate(0, x -> x < place.get("w").asInt(), x -> x + 1)
                .flatMap(x -> Stream.iterate(0, y -> y < place.get("h").asInt(), y -> y + 1)
                        .map(y -> place.get("x").asInt() + x + ":"
                                + (place.get("y").asInt() + y)))
                .collect(Collectors.toList());
    }

    @Test
    void anExpressionsNamesAreFound() {
        // Given
        PromQl expression = new PromQl(
                "max by (job) (a_total{state=~\"b|c\",d!=\"\"} * 0) == 0 or absent(up) unless on (e) rate(f:g:h[5m] offset 1h) > 14.4");

        // Then
        assertThat(expression.metrics()).containsExactly("a_total", "f:g:h", "up");
        assertThat(expression.labels()).containsExactly("d", "e", "job", "state");
    }

    private static Console nowhere() {
        return new Console(InputStream.nullInputStream(), System.out, System.err, false, Map.of());
    }
}
