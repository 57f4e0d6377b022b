package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilenameTest {
    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("", "is empty, or no text"),
                Arguments.of("..", "is . or .., which is a directory's"),
                Arguments.of("a".repeat(256), "has 256 bytes in UTF-8, and may have 255 at most"),
                Arguments.of("a/b", "is a path: it has a slash or backslash at 1"),
                Arguments.of("a\\b", "is a path: it has a slash or backslash at 1"),
                Arguments.of("ab\r", "has a control character or line end (U+000D at 2)"),
                Arguments.of("\u2028", "has a control character or line end (U+2028 at 0)"),
                Arguments.of(
                        "a%0d",
                        "has an escaped control character (%00 to %1F, %7F) at 1, which servers take for the character"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultNamesItsRule(String name, String rule) {
        assertThat(Filename.fault(name)).hasValue("filename " + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"report.pdf", "Zo\u00eb \u2026 100%.txt", ".hidden", "...", "con", "a b"})
    void takesAnyPlainName(String name) {
        assertThat(Filename.fault(name)).isEmpty();
    }
}
