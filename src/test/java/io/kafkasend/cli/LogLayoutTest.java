package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The log as logback.xml writes it: whatever is logged, each event is one line, and each value stays within its quotes. */
class LogLayoutTest {
    private static final List<String> HOSTILE = List.of(
            "a\r\n2026-11-24T17:30:13.878Z WARN  [main] kafkasend.security request refused event=\"request_refused\"",
            "\u001b[2J\u001b]0;title\u0007",
            "a\u2028b\u2029c\u0085d",
            "\u202Egnp.exe\u200b\ufeff\u2066",
            "\u0000\ud800",
            "x\" event=\"forged",
            "x\\\" event=\"forged");

    /** What one logger of a context of its own writes to standard error. */
    private static String written(Consumer<Logger> logging) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        try {
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
            logging.accept(context.getLogger("kafkasend.security"));
        } finally {
            context.stop();
            System.setErr(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aMessageAndItsValuesAreOneLineOfWhichNothingIsForged() throws Exception {
        for (String hostile : HOSTILE) {
            // When
            String log = written(logger -> logger.atWarn()
                    .addKeyValue("event", "real")
                    .addKeyValue("detail", hostile)
                    .log(hostile));

            // Then
            assertThat(log).endsWith("\n").hasLineCount(1);
            assertThat(log.strip().chars().allMatch(c -> c >= ' ' && c != 0x7F)).isTrue();
            assertThat(log).doesNotContain("\u0085", "\u2028", "\u2029", "\u202E", "\u200b", "\ufeff", "\u2066");
            String pairs = log.substring(log.indexOf(" event=\"real\""));
            assertThat(pairs.chars().filter(c -> c == '"')).as(pairs).hasSize(4);
        }
    }

    @Test
    void aStackTraceIsIndentedSoThatItsMessagesPassForNoLine() throws Exception {
        for (String hostile : HOSTILE) {
            // When
            String log = written(logger -> logger.atError()
                    .setCause(new IOException(hostile, new IllegalStateException(hostile)))
                    .log("failed"));

            // Then
            assertThat(log.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
            assertThat(log).contains("java.io.IOException").doesNotContain("\u001b", "\u202E");
        }
    }

    @Test
    void whatNeedsNoEscapeStaysAsItIs() throws Exception {
        // When
        String log = written(logger -> logger.atInfo().addKeyValue("n", 7).log("caf\u00e9 \uD83D\uDCC4"));

        // Then
        assertThat(log).endsWith("kafkasend.security caf\u00e9 \uD83D\uDCC4 n=\"7\"" + System.lineSeparator());
    }
}
