package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents' prose can be read: short sentences, lines that fit a screen, headings that people search for. */
class ProseTest {
    private static final int WORDS_OF_A_SENTENCE = 30;
    private static final int CHARACTERS_OF_A_LINE = 100;
    private static final int WORDS_OF_A_HEADING = 7;

    /** Nobody searches for these; a heading is a name, not a clause. */
    private static final Set<String> CLAUSES =
            Set.of("Who", "What", "When", "Where", "Why", "How", "Is", "Are", "Good", "Misc", "Notes", "Various");

    private static final Pattern END_OF_SENTENCE = Pattern.compile("(?<=[.!?])[\"')*]*\\s+");

    static Stream<MarkdownFile> files() {
        return MarkdownFile.all().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void noSentenceIsLongerThanThirtyWords(MarkdownFile file) {
        assertThat(file.paragraphs().stream().flatMap(ProseTest::sentences))
                .allSatisfy(
                        sentence -> assertThat(words(sentence)).as(sentence).isLessThanOrEqualTo(WORDS_OF_A_SENTENCE));
    }

    @ParameterizedTest
    @MethodSource("files")
    void noLineIsLongerThanAHundredCharactersButWhatCannotBeBroken(MarkdownFile file) {
        assertThat(file.prose().lines().filter(line -> !line.startsWith("|")))
                .allSatisfy(line -> assertThat(line.length() <= CHARACTERS_OF_A_LINE || isOnePiece(line))
                        .as(line)
                        .isTrue());
    }

    @ParameterizedTest
    @MethodSource("files")
    void headingsAreShortNames(MarkdownFile file) {
        assertThat(file.headings()).allSatisfy(heading -> assertThat(heading)
                .doesNotMatch(".*[.:;!?]")
                .satisfies(
                        name -> assertThat(words(name)).isLessThanOrEqualTo(WORDS_OF_A_HEADING),
                        name -> assertThat(CLAUSES).doesNotContain(name.replaceFirst(" .*", ""))));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyPageHasOneTitle(MarkdownFile file) {
        if (file.path().startsWith(".github")) {
            return; // a form
        }
        assertThat(file.prose().lines().filter(line -> line.startsWith("# "))).hasSize(1);
    }

    @Test
    void codeIsOneWordAndALinkIsItsText() {
        // When
        List<String> sentences = sentences(
                        "See [the *page*](a/b.md#c). It has `a b. c` and so on! Does it? Yes: all; of 1.5.")
                .toList();

        // Then
        assertThat(sentences)
                .containsExactly("See the *page*.", "It has code and so on!", "Does it?", "Yes: all; of 1.5.");
        assertThat(words(sentences.get(1))).isEqualTo(6);
    }

    @Test
    void aParagraphEndsWhereAnotherBegins() {
        // Given
        String text =
                "# Title\n\nOne\ntwo.\n- three\n  four\n- five\n\n| a | b |\n|---|---|\n\n```sh\nsix\n```\n1. seven\n";

        // Then
        assertThat(MarkdownFile.paragraphs(text)).containsExactly("One two.", "three four", "five", "seven");
    }

    @Test
    void everyDocumentHasProse() {
        assertThat(new MarkdownFile(Path.of("PROTOCOL.md")).paragraphs()).hasSizeGreaterThan(100);
    }

    private static Stream<String> sentences(String paragraph) {
        String plain = paragraph
                .replaceAll("!?\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .replaceAll("``.+?``|`[^`]+`", "code")
                .replace("**", "");
        return END_OF_SENTENCE.splitAsStream(plain);
    }

    private static int words(String text) {
        return text.trim().split("\\s+").length;
    }

    /** A link, or code, that alone is longer than a line. */
    private static boolean isOnePiece(String line) {
        return line.strip()
                .replaceFirst("^([-*]|\\d+\\.) ", "")
                .replaceAll("``.+?``|`[^`]+`", "code")
                .replaceAll("!?\\[[^\\]]*\\]\\([^)]*\\)\\S*", "link")
                .matches("\\S+");
    }
}
