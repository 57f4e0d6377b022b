package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show can be done: commands parse, links lead somewhere, and every page is found from the index. */
class MarkdownTest {
    private static final MarkdownFile INDEX = new MarkdownFile(Path.of("docs/README.md"));
    private static final Pattern COMMAND =
            Pattern.compile("^\\s*(?:\\$ )?(?:[A-Z0-9_]+=\\S+ )*\\./kafkasend (.+)$", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    /** A class's name in code, with or without a member. */
    private static final Pattern CLASS =
            Pattern.compile("`([A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*)(?:\\.[a-z][A-Za-z]*)?(?:\\([^`]*\\))?`");

    /** Of the clients in other languages. */
    private static final Pattern OTHER_CLASS =
            Pattern.compile("^(?:export )?(?:abstract )?class (\\w+)", Pattern.MULTILINE);

    /** Of the JDK, Camel and others, a form that is advised against, and names that are no classes. */
    private static final Set<String> NOT_OURS = Set.of(
            "ByteBuffer",
            "CamelHttpResponseCode",
            "CamelHttpMethod",
            "CamelHttpPath",
            "CamelHttpQuery",
            "CamelFileName",
            "TenantHeader", // of an example
            "CamelHttpUri",
            "ConcurrentHashMap",
            "DescribeConfigs",
            "EdDSA",
            "OffsetMapCodecManager",
            "SettleProcessor",
            "VmHWM");

    static List<MarkdownFile> files() {
        return MarkdownFile.all();
    }

    static Stream<String> commands() {
        return files().stream().flatMap(file -> file.matches(COMMAND)).map(command -> command.group(1)
                .replaceFirst(" +#.*", ""));
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
    @MethodSource("files")
    void everyRelativeLinkLeadsToAFileAndItsHeading(MarkdownFile file) {
        assertThat(file.links()).filteredOn(link -> !link.contains(":")).allSatisfy(link -> {
            Path target = file.target(link);
            assertThat(target).exists();
            if (link.contains("#")) {
                assertThat(new MarkdownFile(target).anchors())
                        .as("headings of " + target)
                        .contains(link.replaceFirst(".*#", ""));
            }
        });
    }

    @Test
    void theIndexLinksEveryPageUnderDocsOnce() {
        // Given
        List<Path> pages = files().stream()
                .map(MarkdownFile::path)
                .filter(page -> page.startsWith("docs") && !page.equals(INDEX.path()))
                .toList();

        // When
        List<Path> linked = INDEX.links().stream()
                .map(INDEX::target)
                .filter(target -> target.startsWith("docs") && target.toString().endsWith(".md"))
                .toList();

        // Then
        assertThat(pages).hasSizeGreaterThan(20);
        assertThat(linked).containsExactlyInAnyOrderElementsOf(pages);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyHeadingIsUniqueInItsFile(MarkdownFile file) {
        if (file.path().equals(Path.of("CHANGELOG.md"))) {
            return; // its form has the same headings for each version
        }
        assertThat(file.anchors()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyClassThatIsNamedExists(MarkdownFile file) throws IOException {
        if (file.path().equals(Path.of("CHANGELOG.md"))) {
            return; // it names what was
        }
        assertThat(CLASS.matcher(file.prose()).results().map(found -> found.group(1)))
                .filteredOn(name -> !NOT_OURS.contains(name))
                .isSubsetOf(classes());
    }

    private static Set<String> classes() throws IOException {
        Set<String> all = new HashSet<>(javaClasses());
        for (String place : List.of("clients/python/src/kafkasend", "clients/node/src")) {
            try (Stream<Path> sources = Files.list(Path.of(place))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    OTHER_CLASS
                            .matcher(Files.readString(source))
                            .results()
                            .map(found -> found.group(1))
                            .forEach(all::add);
                }
            }
        }
        return all;
    }

    private static Set<String> javaClasses() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src"))) {
            return sources.map(source -> source.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void everyFileThatIsThereIsFound() {
        assertThat(files())
                .extracting(MarkdownFile::path)
                .contains(
                        Path.of("README.md"),
                        Path.of(".github/PULL_REQUEST_TEMPLATE.md"),
                        Path.of("deploy/kubernetes/README.md"),
                        Path.of("docs/operate/configuration.md"),
                        Path.of("src/test/resources/vectors/README.md"))
                .allSatisfy(path -> assertThat(Files.isRegularFile(path)).isTrue());
    }

    private static Console nowhere() {
        return new Console(InputStream.nullInputStream(), System.out, System.err, false, Map.of());
    }
}
