package io.kafkasend.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The routes as Kaoto shows and writes them, as far as that can be told without Kaoto's library for YAML, with which {@code KaotoSaveIT}
 * compares every character.
 */
class KaotoFormTest {
    private static final List<String> FIRST = List.of("id", "description", "uri", "parameters", "steps");
    private static final List<String> KINDS = List.of("routeConfiguration", "route", "beans");
    private static final Set<String> HOLDERS = Set.of(
            "aggregate",
            "choice",
            "circuitBreaker",
            "doTry",
            "filter",
            "loop",
            "multicast",
            "onException",
            "pipeline",
            "resequence",
            "saga",
            "split",
            "step");
    private static final int SHOWN = 15;
    private static final int DEPTH = 4;

    static List<RouteFile> files() {
        return RouteFile.all();
    }

    /** All that Kaoto draws; it shows no more of a description than its first characters. */
    @ParameterizedTest
    @MethodSource("files")
    void whatIsDrawnHasADescriptionThatBeginsWithATitleOfItsOwn(RouteFile file) {
        Stream.of("route", "routeConfiguration")
                .flatMap(kind -> file.entries(kind).stream())
                .forEach(route -> {
                    List<JsonNode> drawn = new ArrayList<>(RouteFile.drawn(route));
                    assertThat(drawn).hasSizeGreaterThan(1);
                    drawn.add(route);
                    assertThat(drawn)
                            .extracting(node -> node.path("description").asText())
                            .allSatisfy(description -> assertThat(description)
                                    .matches("[A-Z]\\w*( \\w+){0,2}: [a-z0-9A-Z][^\\n]*[^.\\n]\\.")
                                    .doesNotContain(". "))
                            .extracting(description -> description.substring(0, description.indexOf(':')))
                            .doesNotHaveDuplicates()
                            .allSatisfy(title -> assertThat(title).hasSizeLessThanOrEqualTo(SHOWN));
                });
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsOneRouteOrWhereFailuresEndOrTheBeans(RouteFile file) {
        // When
        List<String> kinds = new ArrayList<>();
        file.yaml().forEach(entry -> entry.fieldNames().forEachRemaining(kinds::add));

        // Then
        if (kinds.contains("route")) {
            assertThat(kinds).hasSize(1);
            assertThat(file.path().getFileName())
                    .hasToString(file.entries("route").get(0).path("id").asText() + ".camel.yaml");
        } else {
            assertThat(kinds).doesNotContain("from").isSubsetOf(KINDS);
            assertThat(kinds.stream().distinct()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void nothingIsNestedSoDeepThatItCannotBeRead(RouteFile file) {
        assertThat(depth(file.yaml())).isLessThanOrEqualTo(DEPTH);
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (var field : node.properties()) {
            boolean deeper = field.getKey().equals("steps");
            deepest = Math.max(deepest, depth(field.getValue()) + (deeper ? 1 : 0));
        }
        if (node.isArray()) {
            for (JsonNode child : node) {
                deepest = Math.max(deepest, depth(child));
            }
        }
        return deepest;
    }

    /** A save drops all others. */
    @ParameterizedTest
    @MethodSource("files")
    void commentsStandAtTheHeadOnly(RouteFile file) {
        assertThat(file.text()).startsWith("# ");
        assertThat(file.text().lines().dropWhile(line -> line.startsWith("#")))
                .isNotEmpty()
                .noneMatch(line -> line.strip().startsWith("#") || line.contains(" # "));
    }

    @ParameterizedTest
    @MethodSource("files")
    void keysStandInKaotosOrder(RouteFile file) {
        inOrder(file.yaml());
    }

    private static void inOrder(JsonNode node) {
        if (node.isObject()) {
            List<String> keys = new ArrayList<>();
            node.fieldNames().forEachRemaining(keys::add);
            assertThat(keys)
                    .as(node.toString())
                    .isSortedAccordingTo(
                            Comparator.comparingInt(KaotoFormTest::rank).thenComparing(String.CASE_INSENSITIVE_ORDER));
        }
        node.forEach(KaotoFormTest::inOrder);
    }

    private static int rank(String key) {
        return FIRST.contains(key) ? FIRST.indexOf(key) : FIRST.size();
    }

    /** Kaoto draws no step inside of others, such as a policy. */
    @ParameterizedTest
    @MethodSource("files")
    void stepsStandOnlyInsideOfWhatKaotoDrawsThemIn(RouteFile file) {
        assertThat(file.steps())
                .filteredOn(step -> step.body().has("steps"))
                .extracting(RouteFile.Step::kind)
                .isSubsetOf(HOLDERS);
    }

    /** An edit of the step splits a path off, and loses it where the component is not in Kaoto's catalog. */
    @ParameterizedTest
    @MethodSource("files")
    void anEndpointIsItsSchemeWithParameters(RouteFile file) {
        assertThat(file.yaml().findValuesAsText("uri")).allMatch(uri -> uri.startsWith("{{") || !uri.contains(":"));
    }
}
