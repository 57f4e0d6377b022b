package io.kafkasend.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.CommandRun;
import io.kafkasend.cli.KafkaSend;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InkTest {
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String END = "\u001b[0m";

    private static String told(boolean terminal, Map<String, String> environment) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console surroundings = new Console(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                !terminal, // standard output's colour is another matter
                terminal ? () -> 80 : null,
                environment);
        KafkaSend.commandLine(surroundings).execute("nonsense");
        surroundings.warn("beware");
        for (int status : new int[] {200, 304, 404, 503}) {
            surroundings.status(status, String.valueOf(status));
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void failuresAreColouredOnATerminal() {
        assertThat(told(true, Map.of("TERM", "xterm")).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith(RED + "kafkasend: Unmatched")
                                .endsWith(END),
                        line -> assertThat(line).isEqualTo(YELLOW + "kafkasend: warning: beware" + END),
                        line -> assertThat(line).isEqualTo("200"),
                        line -> assertThat(line).isEqualTo("304"),
                        line -> assertThat(line).isEqualTo(YELLOW + "404" + END),
                        line -> assertThat(line).isEqualTo(RED + "503" + END));
    }

    @Test
    void nothingIsColouredElsewhereNorWhereItIsNotWanted() {
        assertThat(told(false, Map.of())).doesNotContain("\u001b");
        assertThat(told(true, Map.of("NO_COLOR", "1"))).doesNotContain("\u001b");
        assertThat(told(true, Map.of("TERM", "dumb"))).doesNotContain("\u001b");
        assertThat(told(true, Map.of("NO_COLOR", ""))).contains("\u001b"); // as no-color.org has it
    }

    @Test
    void helpIsColouredOnATerminalOnly() {
        for (Map<String, String> environment :
                List.<Map<String, String>>of(Map.of(), Map.of("NO_COLOR", "1"), Map.of("TERM", "dumb"))) {
            assertThat(CommandRun.with(environment, true, "", "--help").out().contains("\u001b"))
                    .isEqualTo(environment.isEmpty());
            assertThat(CommandRun.with(environment, false, "", "--help").out()).doesNotContain("\u001b");
        }
    }
}
