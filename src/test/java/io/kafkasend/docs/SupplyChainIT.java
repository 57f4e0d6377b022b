package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The software bill of materials names what goes into the image. */
class SupplyChainIT {
    private static final Path TARGET = Path.of("target");

    @Test
    void everyJarOfTheImageIsInTheSbomWithItsVersionAndHash() throws IOException {
        // Given
        JsonNode sbom =
                new ObjectMapper().readTree(only("kafkasend-*-cyclonedx.json").toFile());
        List<String> components = new ArrayList<>();
        for (JsonNode component : sbom.get("components")) {
            assertThat(component.get("hashes")).as(component.toString()).isNotEmpty();
            components.add(component.get("name").asText() + "-"
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
        assertThat(components).containsAll(jars);
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
