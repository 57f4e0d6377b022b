package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.docs.Advisory.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The software bill of materials names what goes into the image, and nothing with a known vulnerability that can be helped. */
class SupplyChainIT {
    private static final Path TARGET = Path.of("target");

    private final List<Advisory> advisories;
    private final JsonNode sbom;
    private final List<Component> components;

    SupplyChainIT() throws IOException {
        advisories = Advisory.all();
        sbom = new ObjectMapper().readTree(only("kafkasend-*-cyclonedx.json").toFile());
        components = new ArrayList<>();
        for (JsonNode component : sbom.get("components")) {
            components.add(new Component(
                    component.get("group").asText() + ":"
                            + component.get("name").asText(),
                    component.get("version").asText()));
        }
    }

    @Test
    void everyJarOfTheImageIsInTheSbomWithItsVersionAndHash() throws IOException {
        // Given
        List<String> names = new ArrayList<>();
        for (JsonNode component : sbom.get("components")) {
            assertThat(component.get("hashes")).as(component.toString()).isNotEmpty();
            names.add(component.get("name").asText() + "-"
                    + component.get("version").asText() + ".jar");
        }

        // When
        List<String> jars;
        try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
            jars = files.map(file -> file.getFileName().toString()).toList();
        }

        // Then
        assertThat(sbom.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(jars).hasSizeGreaterThan(40);
        assertThat(names).containsAll(jars);
    }

    @Test
    void noLibraryHasAKnownVulnerabilityUnlessItIsSaidWhyItStays() {
        // When
        List<String> found = Advisory.refused(advisories, components);

        // Then
        assertThat(found).isEmpty();
    }

    @Test
    void aStepBackOfAnyLibraryToAVersionThatAnAdvisoryNamesIsRefused() {
        // Given
        List<String> stepped = new ArrayList<>();
        for (Advisory advisory : advisories) {
            for (Component used : components) {
                if (advisory.whyItStays().isPresent() || !advisory.names(used)) {
                    continue;
                }
                for (String version : advisory.lastAffected()) {
                    // When
                    Component back = new Component(used.name(), version);
                    List<Component> others = components.stream()
                            .map(other -> other.equals(used) ? back : other)
                            .toList();

                    // Then
                    assertThat(Advisory.refused(advisories, others)).contains(back + " has " + advisory.id());
                    stepped.add(used.name());
                }
            }
        }
        assertThat(stepped)
                .contains(
                        "com.fasterxml.jackson.core:jackson-core",
                        "com.fasterxml.jackson.core:jackson-databind",
                        "org.apache.httpcomponents.client5:httpclient5",
                        "org.apache.httpcomponents.core5:httpcore5",
                        "org.apache.kafka:kafka-clients",
                        "ch.qos.logback:logback-core");
    }

    @Test
    void theListHasEachAdvisoryOfALibraryOnce() {
        assertThat(advisories)
                .extracting(advisory -> advisory.id() + " " + advisory.component())
                .doesNotHaveDuplicates();
    }

    @Test
    void whatStaysIsStillThereAndSecurityMdNamesIt() throws IOException {
        // Given
        List<Advisory> staying = advisories.stream()
                .filter(advisory -> advisory.whyItStays().isPresent())
                .toList();
        String document = Files.readString(Path.of("docs/operate/supply-chain.md"));

        // Then
        assertThat(staying)
                .allSatisfy(advisory -> assertThat(components).anyMatch(advisory::affects))
                .allSatisfy(advisory -> assertThat(document).contains(advisory.id()));
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.camel:camel-kafka, 4.18.0, true",
        "org.apache.camel:camel-kafka, 4.18.3, false",
        "org.apache.camel:camel-kafka, 4.22.0, false",
        "org.apache.kafka:kafka_2.13, 4.1.2, true",
        "org.apache.kafka:kafka_2.13, 4.4.0, false",
        "com.github.luben:zstd-jni, 1.5.6-10, true",
        "com.github.luben:zstd-jni, 1.5.7-13, true",
        "com.github.luben:zstd-jni, 1.5.7-28, false",
        "com.fasterxml.jackson.core:jackson-databind, 2.18.9, true",
        "com.fasterxml.jackson.core:jackson-databind, 2.21.5, true",
        "com.fasterxml.jackson.core:jackson-databind, 2.22.1, true",
        "com.fasterxml.jackson.core:jackson-databind, 2.23.0, false",
        "com.fasterxml.jackson.core:jackson-core, 2.21.0, true",
        "com.fasterxml.jackson.core:jackson-core, 2.22.2, false",
        "org.apache.httpcomponents.client5:httpclient5, 5.6, true",
        "org.apache.httpcomponents.client5:httpclient5, 5.6.3, true",
        "org.apache.httpcomponents.client5:httpclient5, 5.6.4, false",
        "org.apache.kafka:kafka-clients, 3.9.1, true",
        "org.apache.logging.log4j:log4j-core, 2.25.2, true",
        "ch.qos.logback:logback-classic, 1.5.24, true",
        "org.apache.camel:camel-bean, 4.18.0, false"
    })
    void theListTellsAffectedVersionsFromOthers(String name, String version, boolean affected) {
        assertThat(advisories.stream().anyMatch(advisory -> advisory.affects(new Component(name, version))))
                .isEqualTo(affected);
    }

    private static Path only(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(TARGET, glob)) {
            files.forEach(found::add);
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
