package io.kafkasend.cli.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.Ink;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTableTest {
    private static final FindingTable TABLE = new FindingTable(List.of(
            Finding.ok("heap", "enough"),
            Finding.warn("settings", "PORTAL_X is not a setting", "correct its name, or take it away"),
            Finding.fail("api", "no\u001b[2J answer", "start it")));

    @Test
    void aRowIsALineAndWhatToDoIsBelowIt() {
        assertThat(TABLE.lines(Integer.MAX_VALUE, new Ink(false)))
                .containsExactly(
                        "heap      ok    enough",
                        "settings  warn  PORTAL_X is not a setting",
                        "                -> correct its name, or take it away",
                        "api       fail  no\\u001b[2J answer",
                        "                -> start it");
        assertThat(TABLE.sum()).isEqualTo("1 ok, 1 warn, 1 fail");
    }

    @Test
    void aRowFitsATerminal() {
        assertThat(TABLE.lines(36, new Ink(false)))
                .contains(
                        "settings  warn  PORTAL_X is not a",
                        "                setting",
                        "                -> correct its name,",
                        "                   or take it away")
                .allMatch(line -> line.length() <= 36);
    }

    @Test
    void theWordAloneIsInColour() {
        assertThat(TABLE.lines(80, new Ink(true)).get(0)).isEqualTo("heap      \u001b[32mok\u001b[0m    enough");
    }

    @Test
    void oneFailureFailsTheWhole() {
        assertThat(TABLE.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(new FindingTable(TABLE.findings().subList(0, 2)).exitCode()).isEqualTo(ExitCode.ANSWERED);
    }
}
