package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Versions that documents name are those of the build. */
class VersionsTest {
    private final String camel = property("camel.version");
    private final String kafka = property("kafka.version");

    VersionsTest() throws IOException {}

    @Test
    void theDocumentNamesTheVersionsThatTheJarDeclaresAndTheCamelCommandThatIsTested() throws IOException {
        assertThat(Files.readString(Path.of("docs/integrate/camel-run.md")).replaceAll("\\s+", " "))
                .contains("KafkaSend's jar declares (" + camel + " and " + kafka + ")")
                .contains("Camel JBang " + property("camel-jbang.version") + " ");
    }

    @Test
    void theReasonsForTheRoutesLinesNameCamelsVersion() throws IOException {
        assertThat(Files.readString(Path.of("docs/integrate/step-by-step.md")).replaceAll("\\s+", " "))
                .contains("Camel is " + camel + ".");
    }

    @Test
    void theDocumentNamesTheVersionsThatHaveAKnownVulnerability() throws IOException {
        assertThat(Files.readString(Path.of("docs/operate/supply-chain.md")))
                .contains("camel-http " + camel, "Camel's core " + camel);
    }

    @Test
    void dockerComposeRunsTheBrokerThatTheTestsRun() throws IOException {
        assertThat(Files.readString(Path.of("docker-compose.yml"))).contains("image: apache/kafka:" + kafka + "\n");
    }

    @Test
    void theSdkIsBuiltWithTheProjectsVersions() throws IOException {
        String root = Files.readString(Path.of("pom.xml"));
        String sdk = Files.readString(Path.of("sdk/pom.xml"));
        for (var artifact : Map.of(
                        "kafka-clients", kafka,
                        "slf4j-api", property("slf4j.version"),
                        "jackson-core", property("jackson.version"),
                        "jackson-databind", property("jackson.version"),
                        "jose4j", property("jose4j.version"),
                        "zstd-jni", property("zstd.version"),
                        "lz4-java", property("lz4.version"),
                        "snappy-java", property("snappy.version"),
                        "kafkasend-client", version("kafkasend", root))
                .entrySet()) {
            assertThat(version(artifact.getKey(), sdk)).as(artifact.getKey()).isEqualTo(artifact.getValue());
        }
        for (String plugin : List.of("maven-compiler-plugin", "maven-resources-plugin", "maven-jar-plugin")) {
            assertThat(version(plugin, sdk)).as(plugin).isEqualTo(version(plugin, root));
        }
        assertThat(version("kafkasend-client", Files.readString(Path.of("sdk/it/pom.xml"))))
                .isEqualTo(version("kafkasend", root));
    }

    @Test
    void theHostThatEmbedsThePortalDependsOnThisVersion() throws IOException {
        String root = Files.readString(Path.of("pom.xml"));
        String host = Files.readString(Path.of("src/host/pom.xml"));

        assertThat(version("kafkasend", host)).isEqualTo(version("kafkasend", root));
        assertThat(version("logback-classic", host)).isEqualTo(property("logback.version"));
    }

    @Test
    void theJBangCatalogAndTheReadmeNameThisVersion() throws IOException {
        String version = version("kafkasend", Files.readString(Path.of("pom.xml")));

        assertThat(Files.readString(Path.of("jbang-catalog.json")))
                .contains(
                        "\"io.kafkasend:kafkasend:" + version + "\"",
                        "\"info.picocli:picocli:" + property("picocli.version") + "\"",
                        "\"ch.qos.logback:logback-classic:" + property("logback.version") + "\"");
        assertThat(Files.readString(Path.of("README.md")))
                .contains(
                        "kafkasend-" + version + ".zip",
                        "kafkasend-cli-" + version + ".zip",
                        "kafkasend_" + version + "_all.deb",
                        "kafkasend-" + version + "-image.tar");
    }

    @Test
    void theReleasedImageHasTheDockerfilesBase() throws IOException {
        assertThat(Files.readString(Path.of("Dockerfile"))).contains("ARG RUN_IMAGE=" + property("image.base") + "\n");
    }

    @Test
    void theReadmeNamesTheBrokersThatAreTested() throws IOException {
        Matcher tested = Pattern.compile("@ValueSource\\(strings = \\{([^}]+)}\\)")
                .matcher(Files.readString(Path.of("src/test/java/io/kafkasend/chaos/BrokersIT.java")));
        assertThat(tested.find()).isTrue();
        assertThat(tested.group(1)).contains("\"" + kafka + "\"");
        for (String version : tested.group(1).replace("\"", "").split(", ")) {
            assertThat(Files.readString(Path.of("README.md")).replace('\n', ' '))
                    .containsPattern("Brokers of Kafka .*" + Pattern.quote(version) + ".* are tested");
        }
    }

    private static String version(String artifact, String pom) {
        Matcher found = Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)<")
                .matcher(pom);
        assertThat(found.find()).as(artifact).isTrue();
        return found.group(1);
    }

    private static String property(String name) throws IOException {
        Matcher found =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }
}
