package io.kafkasend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file is longer, and no package wider, than one reads at once. */
class HouseTest {
    private static final Path SOURCES = Path.of("src/main/java/io/kafkasend");
    private static final int MOST_LINES = 400;
    private static final int MOST_TYPES = 30;

    @Test
    void noFileIsLongerThanOneReadsAtOnce() throws IOException {
        // Given
        Map<String, Long> lines = new TreeMap<>();
        for (Path file : sources()) {
            try (Stream<String> text = Files.lines(file)) {
                lines.put(name(file), text.count());
            }
        }

        // When
        Set<String> tooLong = over(MOST_LINES, lines);

        // Then
        assertThat(lines).hasSizeGreaterThan(300);
        assertThat(tooLong)
                .as("files of more than %s lines: cut them by subject", MOST_LINES)
                .isEmpty();
    }

    @Test
    void noPackageHasMoreTypesThanOneKnowsAtOnce() throws IOException {
        // Given
        Map<String, Long> types = sources().stream()
                .filter(Predicate.not(file -> file.endsWith("package-info.java")))
                .collect(Collectors.groupingBy(file -> name(file.getParent()), Collectors.counting()));

        // When
        Set<String> tooWide = over(MOST_TYPES, types);

        // Then
        assertThat(types).hasSizeGreaterThan(20);
        assertThat(tooWide)
                .as("packages of more than %s types: make rooms", MOST_TYPES)
                .isEmpty();
    }

    private static Set<String> over(int most, Map<String, Long> counts) {
        return counts.keySet().stream().filter(name -> counts.get(name) > most).collect(Collectors.toSet());
    }

    private static Set<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).collect(Collectors.toSet());
        }
    }

    private static String name(Path file) {
        return SOURCES.relativize(file).toString().replace('\\', '/');
    }
}
