package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show can be done: commands parse, the example compiles, links lead somewhere. */
class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/io/kafkasend/client/ReadmeExample.java");
    private static final Pattern COMMAND =
            Pattern.compile("^\\s*(?:\\$ )?(?:[A-Z0-9_]+=\\S+ )*\\./kafkasend (.+)$", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern ANCHOR = Pattern.compile("\\]\\(#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{2,3} (.+)$", Pattern.MULTILINE);

    static List<Path> documents() {
        return List.of(
                Path.of("README.md"),
                Path.of("PROTOCOL.md"),
                Path.of("CLAUDE.md"),
                Path.of("SECURITY.md"),
                Path.of("CONTRIBUTING.md"),
                Path.of("CHANGELOG.md"),
                Path.of("docs/benchmarks.md"),
                Path.of("docs/terminal.md"),
                Path.of("docs/use/migrate.md"),
                Path.of("examples/README.md"),
                Path.of("deploy/kubernetes/README.md"),
                Path.of("deploy/camel-k/README.md"));
    }

    static Stream<String> commands() throws IOException {
        return Stream.concat(matches(Path.of("README.md"), COMMAND), matches(Path.of("docs/benchmarks.md"), COMMAND))
                .map(command -> command.group(1).replaceFirst(" +#.*", ""));
    }

    @Test
    void showsTheExampleThatCompiles() throws IOException {
        // Given
        String source = Files.readString(EXAMPLE);
        String example = source.substring(
                source.indexOf("// example\n") + "// example\n".length(), source.indexOf("        // end\n"));

        // Then
        assertThat(Files.readString(Path.of("README.md")))
                .contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsOneThatTheCommandLineTakes(String command) {
        // Given
        String[] arguments = WORD.matcher(command)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);

        // Then
        assertThatCode(() -> KafkaSend.commandLine(nowhere()).parseArgs(arguments))
                .as(command)
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsToAFileOrAHeading(Path document) throws IOException {
        // Given
        List<String> headings = matches(document, HEADING)
                .map(heading -> heading.group(1)
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
        Path folder = document.toAbsolutePath().getParent();

        // Then
        assertThat(matches(document, LINK).map(link -> folder.resolve(link.group(1))))
                .allSatisfy(file -> assertThat(file).exists());
        assertThat(matches(document, ANCHOR).map(link -> link.group(1)))
                .allSatisfy(anchor -> assertThat(headings).contains(anchor));
    }

    private static Stream<MatchResult> matches(Path document, Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(document)).results();
    }

    private static Surroundings nowhere() {
        return new Surroundings(InputStream.nullInputStream(), System.out, System.err, false, Map.of());
    }
}
