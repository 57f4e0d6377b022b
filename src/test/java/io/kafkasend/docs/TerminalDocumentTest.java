package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/use/terminal.md shows is what the commands show now; where it is not, docs/tools/terminal.py makes it anew. */
class TerminalDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/use/terminal.md");
    private static final Pattern SECTION = Pattern.compile(
            "^## (?:Resized from \\d+ to )?(\\d+) columns\\n\\n```text\\n(.*?)```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SIZE = "\\d+(?:\\.\\d)? (?:bytes|kB|MB)";
    private static final Pattern BAR = Pattern.compile("(up|upload|down|download) +(\\d+) % (?:\\[=*>? *] )?" + SIZE
            + " of " + SIZE + "(?:, " + SIZE + "/s)?(?:, \\d+ (?:s|min) left|, in \\d+\\.\\d s)?");

    private static List<MatchResult> sections() throws IOException {
        return SECTION.matcher(Files.readString(DOCUMENT)).results().toList();
    }

    @Test
    void everyBarFitsItsTerminalAndEndsAtAHundredPercent() throws IOException {
        assertThat(sections().stream().map(section -> section.group(1))).containsExactly("60", "80", "200", "80");
        for (MatchResult section : sections().subList(0, 3)) {
            int columns = Integer.parseInt(section.group(1));
            List<String> bars = section.group(2)
                    .lines()
                    .filter(line -> line.matches("(up|down)(load)? .*"))
                    .toList();
            assertThat(bars)
                    .hasSize(6)
                    .allMatch(line -> line.length() < columns)
                    .allMatch(line -> BAR.matcher(line).matches());
            assertThat(bars.get(2)).contains(" 100 % [").contains("200 MB of 200 MB");
            assertThat(bars.get(5)).contains(" 100 % [").contains("200 MB of 200 MB");
            assertThat(bars.get(0).startsWith("upload")).isEqualTo(columns >= 80);
        }
    }

    @Test
    void aBarFollowsATerminalThatIsResized() throws IOException {
        List<String> bars = sections()
                .get(3)
                .group(2)
                .lines()
                .filter(line -> line.startsWith("upload "))
                .toList();

        assertThat(bars.get(0)).hasSizeBetween(150, 199);
        assertThat(bars.get(bars.size() - 1)).contains(" 100 % [").hasSizeBetween(70, 79);
    }

    @Test
    void failuresAreOneLine() throws IOException {
        for (MatchResult section : sections().subList(0, 3)) {
            assertThat(section.group(2).lines())
                    .anyMatch(line -> line.matches("404 after \\d+\\.\\d s, \\d+ bytes"))
                    .anyMatch(line -> line.equals("kafkasend: this endpoint is not allowed (ENDPOINT_NOT_ALLOWED)"));
        }
    }
}
