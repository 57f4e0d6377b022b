package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What .github names is there, and CI there is CI here. */
class GithubFilesTest {
    private static final Map<String, String> MANIFESTS = Map.of(
            "maven", "pom.xml",
            "docker", "Dockerfile",
            "pip", "requirements.txt",
            "npm", "package.json",
            "github-actions", ".github/workflows");

    @Test
    void theWorkflowRunsWhatCiRuns() throws IOException {
        // When
        Map<String, Object> workflow = read(Path.of(".github/workflows/ci.yml"));
        Map<String, Object> job = map(map(workflow.get("jobs")).get("verify"));

        // Then
        assertThat(list(job.get("steps")).stream().map(step -> map(step).get("run")))
                .contains(".ci/run");
        assertThat(Files.isExecutable(Path.of(".ci/run"))).isTrue();
        assertThat(map(workflow.get("permissions"))).isEqualTo(Map.of("contents", "read"));
    }

    @Test
    void updatesAreLookedForWhereThereAreManifests() throws IOException {
        // When
        List<Path> named = new ArrayList<>();
        for (Object update : list(read(Path.of(".github/dependabot.yml")).get("updates"))) {
            String directory = (String) map(update).get("directory");
            String manifest = MANIFESTS.get((String) map(update).get("package-ecosystem"));
            named.add(Path.of(directory.substring(1)).resolve(manifest));
        }

        // Then
        assertThat(named).allSatisfy(manifest -> assertThat(manifest).exists());
        assertThat(named)
                .contains(
                        Path.of("pom.xml"),
                        Path.of("src/jbang/pom.xml"),
                        Path.of("clients/python/requirements.txt"),
                        Path.of("clients/node/package.json"),
                        Path.of("examples/python/requirements.txt"),
                        Path.of("examples/node/package.json"),
                        Path.of("docs/tools/kaoto/package.json"));
    }

    @Test
    void everyFieldOfAnIssueFormThatIsAnsweredHasAnIdAndALabel() throws IOException {
        try (Stream<Path> forms = Files.list(Path.of(".github/ISSUE_TEMPLATE"))) {
            for (Path form : forms.toList()) {
                Map<String, Object> fields = read(form);
                assertThat(fields).as(form.toString()).containsKeys("name", "description", "body");
                Set<Object> ids = new java.util.HashSet<>();
                for (Object field : list(fields.get("body"))) {
                    if (!map(field).get("type").equals("markdown")) {
                        assertThat(ids.add(map(field).get("id")))
                                .as(field.toString())
                                .isTrue();
                        assertThat(map(map(field).get("attributes")))
                                .as(field.toString())
                                .containsKey("label");
                    }
                }
                assertThat(ids).doesNotContainNull().isNotEmpty();
            }
        }
    }

    private static Map<String, Object> read(Path file) throws IOException {
        return map(new Yaml().load(Files.readString(file)));
    }

    @SuppressWarnings("unchecked") // the YAML's own form
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }
}
