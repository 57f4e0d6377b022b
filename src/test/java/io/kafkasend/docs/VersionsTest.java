package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Versions that documents name are those of the build. */
class VersionsTest {
    private final String camel = property("camel.version");
    private final String kafka = property("kafka.version");

    VersionsTest() throws IOException {}

    @Test
    void readmeNamesTheVersionsThatTheJarDeclaresAndTheCamelCommandThatIsTested() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("KafkaSend's jar declares (" + camel + " and " + kafka + ")")
                .contains("Camel JBang " + property("camel-jbang.version") + " ");
    }

    @Test
    void theGuideForDevelopersNamesCamelsVersion() throws IOException {
        assertThat(Files.readString(Path.of("CLAUDE.md"))).contains("Camel is " + camel + ".");
    }

    @Test
    void securityMdNamesTheVersionsThatHaveAKnownVulnerability() throws IOException {
        assertThat(Files.readString(Path.of("SECURITY.md"))).contains("camel-http " + camel, "Camel's core " + camel);
    }

    @Test
    void dockerComposeRunsTheBrokerThatTheTestsRun() throws IOException {
        assertThat(Files.readString(Path.of("docker-compose.yml"))).contains("image: apache/kafka:" + kafka + "\n");
    }

    private static String property(String name) throws IOException {
        Matcher found =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }
}
