package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The project's jar, as an application has it that embeds the portal: {@code src/host}, built by Maven from what is installed. */
@Timeout(240)
class HostIT {
    private static final Path TARGET = Path.of("target");
    private static final String COMMAND_LINE = "(picocli|logback-classic|logback-core)-.*";

    @TempDir
    static Path directory;

    private static ConsumerProject host;

    @BeforeAll
    static void build() throws Exception {
        host = ConsumerProject.build(Path.of("src/host"), TARGET.resolve("host"), Map.of(), directory);
    }

    @Test
    void itGetsTheVersionsThatWereTestedAndNothingOfTheCommandLine() throws IOException {
        // Given
        List<String> tested = new ArrayList<>();
        for (JsonNode component : new ObjectMapper().readTree(sbom().toFile()).get("components")) {
            tested.add(component.get("name").asText() + "-"
                    + component.get("version").asText() + ".jar");
        }
        List<String> ofTheImage;
        try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
            ofTheImage = files.map(file -> file.getFileName().toString()).toList();
        }

        // When
        List<String> got = host.jarNames().stream()
                .filter(jar -> !jar.startsWith("kafkasend-") && !jar.startsWith("logback-")) // ours, and its own
                .toList();

        // Then
        assertThat(tested).containsAll(got);
        assertThat(ofTheImage).anyMatch(jar -> jar.startsWith("picocli-"));
        assertThat(got)
                .containsExactlyInAnyOrderElementsOf(ofTheImage.stream()
                        .filter(jar -> !jar.matches(COMMAND_LINE))
                        .toList());
    }

    @Test
    void theRootOfTheJarIsLeftToTheHost() throws IOException {
        // Given
        Path path = host.jars().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("kafkasend-"))
                .findFirst()
                .orElseThrow();

        // When
        try (JarFile jar = new JarFile(path.toFile())) {
            List<String> files = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();

            // Then
            assertThat(files)
                    .contains("routes/portal/application.properties")
                    .allMatch(name -> name.matches("(META-INF|io/kafkasend|routes/(portal|gateway|outbox))/.*"));
        }
    }

    @Test
    void aPortalWithinItAnswersAndLeavesItsLogAndItsSettingsAlone() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                TokenServer tokens = TokenServer.start("portal", Stack.SECRET);
                SampleApi api = SampleApi.start(tokens::isValid)) {
            // Given
            broker.createTopic("api-requests", 1);
            broker.createTopic("api-responses", 1);

            // When
            ProcessRun run = ProcessRun.java(
                    directory,
                    host.classPath(),
                    Map.of(
                            "KAFKA_BOOTSTRAP_SERVERS",
                            broker.bootstrapServers(),
                            "PORTAL_TARGET_API_URL",
                            api.url().toString(),
                            "PORTAL_ALLOWED_ENDPOINTS",
                            Stack.ALLOWED,
                            "OAUTH2_TOKEN_URL",
                            tokens.tokenUrl().toString(),
                            "OAUTH2_CLIENT_ID",
                            "portal",
                            "OAUTH2_CLIENT_SECRET",
                            Stack.SECRET),
                    "com.example.Host",
                    "/api/v1/status");

            // Then
            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(run.output())
                    .contains("the-hosts-own-format INFO begins\n", "the-hosts-own-format INFO ends\n")
                    .contains("the-hosts-own-format INFO setting differs from its default\n") // the portal's, in the
                    // host's form, too
                    .contains("\ngreeting the host's own greeting\n", "\nroutes 0\n")
                    .contains("\nportal kafkasend-portal answer 200\n")
                    .doesNotContain("SLF4J");
        }
    }

    private static Path sbom() throws IOException {
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.filter(file -> file.getFileName().toString().matches("kafkasend-.*-cyclonedx\\.json"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
