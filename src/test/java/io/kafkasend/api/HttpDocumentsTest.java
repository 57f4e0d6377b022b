package io.kafkasend.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.gateway.problem.ErrorStatus;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code api/*.openapi.yaml} say of gateway and management port what the code does. */
class HttpDocumentsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/kafkasend");
    private static final Pattern PAGE = Pattern.compile("Map\\.entry\\(\"(/[a-z.]*|)\", ");
    private static final Pattern MANAGEMENT = Pattern.compile("\"(/observe/[a-z/]+)\", [a-zA-Z]");

    private final ApiDocument gateway = ApiDocument.of("gateway.openapi.yaml");
    private final ApiDocument management = ApiDocument.of("management.openapi.yaml");

    /** Each code of the bridge with its status. */
    private static Stream<String[]> codes() {
        return Stream.concat(
                Arrays.stream(ErrorCode.values()).map(code ->
                        new String[] {code.name(), Integer.toString(ErrorStatus.of(code.name(), code.retryable()))}),
                Arrays.stream(GatewayError.values())
                        .map(error -> new String[] {error.name(), Integer.toString(error.status())}));
    }

    @Test
    void theGatewayTakesTheProtocolsMethodsAndAnswersWithItsCodesStatuses() {
        // Given
        JsonNode path = gateway.json().path("paths").path("/{path}");
        Set<String> methods = Arrays.stream(Method.values())
                .map(method -> method.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> statuses = codes().map(code -> code[1]).collect(Collectors.toCollection(TreeSet::new));
        statuses.add("default");

        // Then
        Set<String> operations = ApiDocument.names(path);
        operations.remove("parameters");
        assertThat(operations).isEqualTo(methods);
        assertThat(methods).allSatisfy(method -> assertThat(
                        ApiDocument.names(path.path(method).path("responses")))
                .isEqualTo(statuses));
        assertThat(ApiDocument.texts(gateway.schema("Problem").at("/properties/code/examples")))
                .isEqualTo(codes().map(code -> code[0]).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void aProblemOfTheGatewayFits() {
        // Given
        Problem own = Problem.of(GatewayError.GATEWAY_BUSY, "as many as may be");
        Problem ofPortal = new Problem(503, "TOO_MANY_JOBS", "The portal is full.", "full", true, OptionalInt.of(3));

        // Then
        for (Problem problem : Set.of(own, ofPortal)) {
            assertThat(gateway.faults("Problem", text(problem.json(null)))).isEmpty();
            assertThat(gateway.faults("Problem", text(problem.json("550e8400-e29b-41d4-a716-446655440000"))))
                    .isEmpty();
        }
        assertThat(gateway.faults("Problem", "{\"type\": \"about:blank\"}")).isNotEmpty();
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void theManagementPortsPathsAreThoseThatAreServed() throws IOException {
        // Given
        Set<String> served = MANAGEMENT
                .matcher(Files.readString(SOURCES.resolve("management/ManagementPort.java")))
                .results()
                .map(page -> page.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(served).hasSize(4);
        PAGE.matcher(Files.readString(SOURCES.resolve("portal/console/Console.java")))
                .results()
                .map(page -> "/observe/console" + page.group(1))
                .forEach(served::add);
        served.add("/observe/console/jobs/{job_id}/cancel");

        // Then
        assertThat(ApiDocument.names(management.json().path("paths"))).isEqualTo(served);
    }

    @Test
    void theVersionsAreTheProjects() throws IOException {
        // Given
        String version = Files.readString(Path.of("pom.xml"))
                .split("<artifactId>kafkasend</artifactId>\\s*<version>")[1]
                .split("<")[0];

        // Then
        for (String file : Set.of("asyncapi.yaml", "gateway.openapi.yaml", "management.openapi.yaml")) {
            assertThat(ApiDocument.of(file).json().at("/info/version").asText()).isEqualTo(version);
        }
    }
}
