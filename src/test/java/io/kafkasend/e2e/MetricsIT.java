package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.docs.Observability;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.tls.TestAuthority;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a portal that has answered, refused, failed and buried, and is at rest. */
@Timeout(240)
class MetricsIT {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\S+)` \\| (counter|gauge|histogram|summary) \\| (.*?) \\| .*");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");
    /** What the libraries have, of which the document names the beginnings only. */
    private static final Pattern OF_LIBRARIES = Pattern.compile("(jvm|process|system|kafka|camel)_.*");

    @TempDir
    static Path directory;

    private static Stack stack;
    private static ManagementClient management;
    private static String atRest;

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start(Map.of(
                "kafkasend.management-port", "0",
                "kafkasend.allowed-endpoints", "/api/v1/documents/*,/api/v1/echo",
                "kafkasend.ca-file",
                        TestAuthority.write(directory, "ca.pem", new TestAuthority("ca").pem())
                                .toString()));
        stack.broker.createTopic("api-dead-letters", 1);
        management = ManagementClient.of(stack.portal);
        await().until(management::isReady);
        stack.client.reply(stack.client.get("/api/v1/documents/one"));
        stack.client.reply(stack.client.get("/api/v1/documents/two?q=s3cret"));
        stack.client.error(stack.client.get("/internal/s3cret"));
        stack.client.raw("key".getBytes(US_ASCII), "no message".getBytes(US_ASCII));
        await().until(() -> sum(page(), "kafkasend_deadletters_total") == 1);
        await().until(() -> sum(page(), "kafkasend_ledger_incomplete") == 0);
        atRest = page();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static String page() throws Exception {
        return management.send("GET", "/observe/metrics").body();
    }

    /** Lines of a name with its labels and values. */
    private static Stream<String> samples(String page, String name) {
        Predicate<String> named =
                Pattern.compile(Pattern.quote(name) + "[{ ].*").asMatchPredicate();
        return page.lines().filter(named);
    }

    private static double value(String sample) {
        return Double.parseDouble(sample.substring(sample.lastIndexOf(' ') + 1));
    }

    private static double sum(String page, String name) {
        return samples(page, name).mapToDouble(MetricsIT::value).sum();
    }

    private static double only(String name, String labels) {
        List<String> found =
                samples(atRest, name).filter(sample -> sample.contains(labels)).toList();
        assertThat(found).as(name + " with " + labels).hasSize(1);
        return value(found.get(0));
    }

    @Test
    void theTableHasWhatAPortalExposes() throws Exception {
        // Given
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/operate/metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(1), row.group(2) + " " + labels(CODE, row.group(3)));
            }
        }

        // When
        Map<String, String> exposed = new TreeMap<>();
        Matcher type = TYPE.matcher(atRest);
        while (type.find()) {
            String name = type.group(1);
            boolean most =
                    name.endsWith("_max") && documented.containsKey(name.substring(0, name.length() - "_max".length()));
            if (!OF_LIBRARIES.matcher(name).matches() && !most) {
                exposed.put(name, type.group(2) + " " + labelsOf(name));
            }
        }

        // Then
        assertThat(exposed).isEqualTo(documented);
    }

    private static Set<String> labelsOf(String family) {
        Set<String> labels = new TreeSet<>();
        atRest.lines()
                .filter(line -> line.matches(Pattern.quote(family) + "(_bucket|_count|_sum)?[{ ].*"))
                .forEach(line -> labels.addAll(labels(LABEL, line)));
        labels.remove("le");
        return labels;
    }

    private static Set<String> labels(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theLibrariesAreThere() {
        assertThat(atRest)
                .contains(
                        "\njvm_memory_used_bytes{",
                        "\nprocess_cpu_usage ",
                        "\nkafka_consumer_fetch_manager_records_consumed_total",
                        "\nkafka_producer_record_send_total",
                        "\ncamel_exchanges_inflight{routeId=\"receive\"}");
    }

    @Test
    void whatRulesAndDashboardNameOfTheLibrariesIsThere() {
        System.gc(); // whose pauses are a metric from the first on
        assertThat(Observability.ofLibraries()).isNotEmpty().allSatisfy(name -> await().until(
                        () -> samples(page(), name).count() > 0));
    }

    @Test
    void whatHappenedIsCounted() {
        assertThat(only("messaging_process_duration_seconds_count", "error_type=\"\""))
                .isEqualTo(2);
        assertThat(only("http_client_request_duration_seconds_count", "url_template=\"/api/v1/documents/*\""))
                .isEqualTo(2);
        assertThat(only("kafkasend_refused_total", "reason=\"ENDPOINT_NOT_ALLOWED\""))
                .isEqualTo(1);
        assertThat(only("kafkasend_deadletters_total", "error_type=\"INVALID_JSON\""))
                .isEqualTo(1);
        assertThat(only("kafkasend_token_requests_total", "error_type=\"\"")).isEqualTo(1);
        assertThat(only("kafkasend_stage_duration_seconds_count", "stage=\"calling\""))
                .isEqualTo(2);
        assertThat(only("kafkasend_body_bytes_count", "direction=\"answer\"")).isEqualTo(2);
        assertThat(only("kafkasend_breaker_state", "state=\"closed\"")).isEqualTo(1);
        assertThat(sum(atRest, "kafkasend_work")).isZero();
        assertThat(sum(atRest, "kafkasend_jobs")).isZero();
        assertThat(only("kafkasend_certificate_expiry_seconds", "file=\"PORTAL_CA_FILE\""))
                .isPositive();
        assertThat(atRest).contains("le=\"900.0\"");
    }

    @Test
    void whatWasReadIsSettledOrOpenOnEachPartition() {
        // Given
        Map<String, Double> read = byPartition("messaging_client_consumed_messages_total");
        Map<String, Double> settled = byPartition("kafkasend_ledger_settled_total");
        Map<String, Double> open = byPartition("kafkasend_ledger_incomplete");

        // Then
        assertThat(read.keySet()).containsExactly("0", "1", "2");
        assertThat(read.values().stream().mapToDouble(Double::doubleValue).sum())
                .isEqualTo(4);
        read.forEach((partition, count) ->
                assertThat(settled.get(partition) + open.get(partition)).isEqualTo(count));
    }

    private static Map<String, Double> byPartition(String name) {
        return samples(atRest, name)
                .collect(Collectors.toMap(
                        sample -> sample.replaceFirst(".*partition_id=\"(\\d+)\".*", "$1"),
                        MetricsIT::value,
                        Double::sum,
                        TreeMap::new));
    }

    @Test
    void nothingOfWhatClientsSaidIsThere() {
        assertThat(atRest).doesNotContain("s3cret", "documents/one", "/internal", Stack.SECRET);
        assertThat(atRest).doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-");
    }

    @Test
    void itIsPrometheusText() throws Exception {
        // When
        HttpResponse<String> page = management.send("GET", "/observe/metrics");
        HttpResponse<String> head = management.send("HEAD", "/observe/metrics");

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void manyOpenJobsMakeThePageNeitherLongNorSlow() throws Exception {
        // Given
        int jobs = 900;
        int before = page().length();

        // When
        for (int i = 0; i < jobs; i++) {
            stack.client.start(
                    WireClient.start(JobId.random(), Method.POST, "/api/v1/echo", Map.of(), null, null, new byte[1]));
        }
        await().until(() -> value(samples(page(), "kafkasend_jobs")
                        .filter(sample -> sample.contains("assembling"))
                        .findFirst()
                        .orElseThrow())
                >= jobs);
        long begin = System.nanoTime();
        String page = page();
        long millis = (System.nanoTime() - begin) / 1_000_000;

        // Then
        assertThat(page.length()).isCloseTo(before, Percentage.withPercentage(25));
        assertThat(millis).isLessThan(2_000);
    }

    @Test
    void aRouteThatIsStartedAgainLeavesNoSeriesOfItsClientsBehind() throws Exception {
        // Given
        long producers = clients();

        // When
        stack.portal.context().getRouteController().stopRoute("respond");
        stack.portal.context().getRouteController().startRoute("respond");
        JobId job = stack.client.get("/api/v1/documents/three");
        stack.client.reply(job);

        // Then
        await().untilAsserted(() -> assertThat(clients()).isLessThanOrEqualTo(producers));
    }

    private static long clients() throws Exception {
        return page().lines()
                .filter(line -> line.startsWith("kafka_producer_record_send_total{"))
                .count();
    }
}
