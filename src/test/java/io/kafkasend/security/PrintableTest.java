package io.kafkasend.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkasend.security.PolicyViolation.Reason;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void escapesWhatIsNotPrintableAscii() {
        assertThat(Printable.of("a b\\c\r\n\t\u001b\u0000é\u202e", 100))
                .isEqualTo("a b\\\\c\\r\\n\\t\\u001b\\u0000\\u00e9\\u202e");
    }

    @Test
    void truncatesWithoutCuttingAnEscape() {
        assertThat(Printable.of("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Printable.of("abcdefg", 6)).isEqualTo("abc...");
        assertThat(Printable.of("ab\u0000cdefg", 9)).isEqualTo("ab...");
        assertThat(Printable.of(null, 100)).isEqualTo("null");
        assertThat(Printable.of(null, 3)).isEqualTo("...");
        assertThat(Printable.of("", 3)).isEmpty();
    }

    @Test
    void refusesALengthThatHasNoRoomForTheEllipsis() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Printable.of("a", 2))
                .withMessageContaining("3");
    }

    @Test
    void aPathIsShownWithoutWhatMayHoldASecret() {
        assertThat(Printable.path("/api/v1/a%20b?token=t")).isEqualTo("/api/v1/a%20b");
        assertThat(Printable.path("/api#token=t?x")).isEqualTo("/api");
        assertThat(Printable.path("//user:secret@host/x")).isEqualTo("//***@host/x");
        assertThat(Printable.path("/a\n\u202e\\b")).isEqualTo("/a\\n\\u202e\\\\b");
        assertThat(Printable.path("/" + "x".repeat(1_000))).hasSize(200).endsWith("...");
        for (String none : new String[] {null, "", "?token=t", "https://user:secret@host/x", "api/v1"}) {
            assertThat(Printable.path(none)).isEqualTo("none");
        }
    }

    @Test
    void aLineKeepsEveryScriptAndNothingThatBreaksIt() {
        assertThat(Printable.line("caf\u00e9 \uD83D\uDCC4 \u4e2d\\ \"q\""))
                .isEqualTo("caf\u00e9 \uD83D\uDCC4 \u4e2d\\ \"q\"");
        assertThat(Printable.line("a\r\nb\tc\u001b[2J\u0085\u2028\u2029\u202e\u200b\ud800\u0000"))
                .isEqualTo("a\\r\\nb\\tc\\u001b[2J\\u0085\\u2028\\u2029\\u202e\\u200b\\ud800\\u0000");
        assertThat(Printable.line(null)).isEqualTo("null");
    }

    @Test
    void linesKeepTheirEndsAndTabsAndNothingThatMovesTurnsOrHidesText() {
        assertThat(Printable.lines("caf\u00e9\r\n\tline two\n")).isEqualTo("caf\u00e9\n\tline two\n");
        assertThat(Printable.lines("done\rFAILED")).isEqualTo("done\\rFAILED");
        assertThat(Printable.lines("a\u202e\u2066b\u200f\u200bc\u2028d\u0085e\u009bf\u001b[2J\ufeff\n"))
                .isEqualTo("a\\u202e\\u2066b\\u200f\\u200bc\\u2028d\\u0085e\\u009bf\\u001b[2J\\ufeff\n");
        assertThat(Printable.lines("\r\r\n\n\ud83d\ude00\ud83d")).isEqualTo("\\r\n\n\ud83d\ude00\\ud83d");
        assertThat(Printable.lines("\udb40\udc41")).isEqualTo("\\udb40\\udc41"); // a tag character, invisible
        assertThat(Printable.lines("")).isEmpty();
        assertThat(Printable.lines(null)).isEqualTo("null");
    }

    @Test
    void aViolationHasNoStackTraceAndNoRawText() {
        // When
        PolicyViolation violation = new PolicyViolation(Reason.ENDPOINT_MALFORMED, "x\n" + "y".repeat(200));

        // Then
        assertThat(violation.getStackTrace()).isEmpty();
        assertThat(violation.detail())
                .hasSize(PolicyViolation.MAX_DETAIL_LENGTH)
                .startsWith("x\\ny");
        assertThat(violation).hasMessage("ENDPOINT_MALFORMED: " + violation.detail());
    }
}
