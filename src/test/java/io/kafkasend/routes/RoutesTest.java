package io.kafkasend.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.kafkasend.kafka.Crowd;
import io.kafkasend.portal.Portal;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The YAML files under {@code routes}: valid, documented, complete, and they start. No broker and no API is needed. */
class RoutesTest {
    private static final String KEBAB_CASE = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
    private static final JsonSchema SCHEMA = schema();
    /** Beans that no route of ours names, but those that a document makes of them. */
    private static final List<String> OFFERED = List.of("prepare-message", "take-answer", "answer-on");

    static List<RouteFile> files() {
        return RouteFile.all();
    }

    /** The folders of routes; each is a program of its own, so beans are looked for within one. */
    static Map<Path, List<RouteFile>> programs() {
        return files().stream()
                .collect(Collectors.groupingBy(file -> file.path().getParent()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void isValidByCamelsOwnSchema(RouteFile file) {
        assertThat(faults(file.yaml())).isEmpty();
    }

    @Test
    void theSchemaRefusesAnUnknownStepAndAnUnknownOption() throws IOException {
        // Given
        String step = "- route: {id: x, from: {uri: 'direct:x', steps: [{proces: {ref: decode}}]}}";
        String option = "- route: {id: x, from: {uri: 'direct:x', steps: [{process: {reff: decode}}]}}";

        // Then
        assertThat(faults(new YAMLMapper().readTree(step))).isNotEmpty();
        assertThat(faults(new YAMLMapper().readTree(option))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isNamedAsEditorsOfRoutesExpect(RouteFile file) {
        assertThat(file.path().getFileName().toString()).matches(KEBAB_CASE + "\\.camel\\.yaml");
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyRouteHasAnIdAndADescriptionOfOneSentence(RouteFile file) {
        assertThat(file.entries("from")).as("a bare from has no id").isEmpty();
        Stream.of("route", "routeConfiguration")
                .flatMap(kind -> file.entries(kind).stream())
                .forEach(route -> {
                    assertThat(route.path("id").asText()).matches(KEBAB_CASE);
                    assertThat(route.path("description").asText())
                            .as("description of %s", route.path("id"))
                            .matches("[A-Z][^\\n]*[^.\\n]\\.")
                            .doesNotContain(". ");
                });
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyStepHasAnId(RouteFile file) {
        assertThat(file.steps()).allSatisfy(step -> assertThat(step.id())
                .as("%s %s", step.kind(), step.body())
                .matches(KEBAB_CASE));
    }

    @Test
    void everyIdIsUniqueOverAllFiles() {
        // When
        List<String> ids = new ArrayList<>();
        for (RouteFile file : files()) {
            file.steps().forEach(step -> ids.add(step.id()));
            Stream.of("route", "routeConfiguration")
                    .flatMap(kind -> file.entries(kind).stream())
                    .forEach(route -> ids.add(route.path("id").asText()));
        }

        // Then
        assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    }

    /** They change between patches of Camel; Java copies them to our own names, by KafkaConstants. */
    @ParameterizedTest
    @MethodSource("files")
    void namesNoHeaderOfTheKafkaComponent(RouteFile file) {
        assertThat(file.text()).doesNotContainPattern("kafka\\.[A-Z][A-Z_]+").doesNotContainPattern("(?i)CamelKafka");
    }

    /** Clients write to a partition that is added within 30 s; Kafka's consumers look for one every five minutes. */
    @Test
    void partitionsThatAreAddedAreReadAsSoonAsClientsWriteToThem() {
        assertThat(RouteFile.ofPortal("receive").text()).contains("metadataMaxAgeMs: 30000");
    }

    /** Camel's own default became 5 ms, by which each answer would come later. */
    @ParameterizedTest
    @MethodSource("files")
    void noRecordWaitsForOthersBeforeItIsSentButThoseOfACrowd(RouteFile file) {
        assertThat(file.steps())
                .filteredOn(step -> step.body().path("uri").asText().equals("kafka"))
                .allSatisfy(step -> assertThat(step.body().path("parameters").path("lingerMs"))
                        .as(step.id())
                        .isEqualTo(
                                IntNode.valueOf(step.id().equals("to-responses-batched") ? Crowd.LINGER_MILLIS : 0)));
    }

    @Test
    void theAnswersOfACrowdGatherWhileARequestOfTheirsIsOnItsWay() {
        assertThat(RouteFile.ofPortal("respond").steps())
                .filteredOn(step -> step.id().equals("to-responses-batched"))
                .singleElement()
                .extracting(step -> step.body().path("parameters"))
                .satisfies(parameters -> {
                    assertThat(parameters.path("maxInFlightRequest").asInt()).isEqualTo(Crowd.REQUESTS_IN_FLIGHT);
                    assertThat(parameters.path("producerBatchSize").asInt()).isEqualTo(Crowd.BATCH_BYTES);
                });
    }

    /** Answers go to one topic, which the look-up after a crash reads from the setting. */
    @Test
    void everyAnswerGoesToTheTopicOfTheSetting() {
        assertThat(files().stream().flatMap(file -> file.steps().stream()))
                .filteredOn(step -> step.body().path("uri").asText().equals("kafka"))
                .filteredOn(step -> !step.id().equals("to-dead-letters"))
                .hasSize(3)
                .allSatisfy(step -> assertThat(
                                step.body().path("parameters").path("topic").asText())
                        .isEqualTo("{{kafkasend.response-topic}}"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyPlaceholderIsDeclaredInApplicationProperties(RouteFile file) throws IOException {
        assertThat(properties(file).stringPropertyNames()).containsAll(file.placeholders());
    }

    @Test
    void everyBeanThatIsNamedIsDeclaredOnceAndNoOther() throws IOException {
        String changes = Files.readString(Path.of("docs/integrate/worked-changes.md"));
        programs().forEach((program, files) -> {
            // Given
            List<String> declared = files.stream()
                    .flatMap(file -> file.beans().stream())
                    .map(bean -> bean.path("name").asText())
                    .toList();

            // When
            Set<String> named = new HashSet<>();
            files.forEach(file -> named.addAll(file.beansNamed()));
            // What observes is named by nobody: Camel finds health checks by their type, and the rest listens.
            files.stream()
                    .flatMap(file -> file.beans().stream())
                    .filter(
                            bean -> bean.path("type")
                                    .asText()
                                    .matches(
                                            "io\\.kafkasend\\.((portal|gateway)\\.(observe|console|trace)\\..*|portal\\.WarmUp)"))
                    .forEach(bean -> named.add(bean.path("name").asText()));

            // What changed routes name.
            if (program.endsWith("portal")) {
                named.addAll(OFFERED);
                OFFERED.forEach(bean -> assertThat(changes).contains(" ref: " + bean + "\n"));
            }

            // A component of our own is named by where a route begins.
            declared.stream()
                    .filter(name -> files.stream().anyMatch(file -> file.text().contains("uri: " + name + "\n")))
                    .forEach(named::add);

            // Then
            assertThat(declared).as("beans of %s", program).doesNotHaveDuplicates();
            assertThat(new HashSet<>(declared)).as("beans of %s", program).isEqualTo(named);
        });
    }

    @Test
    void everyBeanHasALineInItsDocumentInOrder() throws IOException {
        // Given
        List<String> declared = RouteFile.ofPortal("beans").beans().stream()
                .map(bean -> bean.path("name").asText())
                .toList();

        // When
        List<String> documented = Files.readAllLines(Path.of("docs/integrate/beans.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        // Then
        assertThat(documented).isEqualTo(declared);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyBeanIsOfAClassThatExistsAndIsPublic(RouteFile file) {
        for (JsonNode bean : file.beans()) {
            String type = bean.path("type").asText();
            assertThatCode(() -> assertThat(
                                    Modifier.isPublic(Class.forName(type).getModifiers()))
                            .as(type)
                            .isTrue())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    @Timeout(60)
    void thePortalsRoutesStart() throws Exception {
        // Given
        Map<String, String> nothingThere = Map.of(
                "kafkasend.bootstrap-servers", "127.0.0.1:1",
                "kafkasend.target-api-url", "http://127.0.0.1:1",
                "kafkasend.use-oauth", "false");
        List<String> ids = files().stream()
                .filter(file -> file.path().startsWith(RouteFile.ROOT.resolve("portal")))
                .flatMap(file -> file.entries("route").stream())
                .map(route -> route.path("id").asText())
                .toList();

        // When
        try (Portal portal = Portal.start(nothingThere)) {

            // Then
            CamelContext context = portal.context();
            assertThat(context.getRoutes()).extracting(Route::getId).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(ids)
                    .allSatisfy(id -> assertThat(context.getRouteController().getRouteStatus(id))
                            .isEqualTo(ServiceStatus.Started));
        }
    }

    /** What the schema finds; it does not know that Camel takes a placeholder in place of any number or boolean. */
    private static List<ValidationMessage> faults(JsonNode yaml) {
        return SCHEMA.validate(yaml).stream()
                .filter(fault -> !(fault.getType().equals("type")
                        && fault.getInstanceNode().asText().matches("\\{\\{[^{}]+}}")))
                .toList();
    }

    private static Properties properties(RouteFile of) throws IOException {
        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(of.path().resolveSibling("application.properties"))) {
            properties.load(file);
        }
        return properties;
    }

    private static JsonSchema schema() {
        try (InputStream file = CamelContext.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(new ObjectMapper().readTree(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
