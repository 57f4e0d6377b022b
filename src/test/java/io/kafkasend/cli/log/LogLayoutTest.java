package io.kafkasend.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** What one logger of a context of its own writes to standard error; the same by logback.xml and in a command that ends soon. */
    private static String written(Consumer<Logger> logging) throws Exception {
        CommandLog command = new CommandLog();
        command.initialize();
        String byCommand = written(logging, (LoggerContext) command.getLoggerFactory(), context -> {});
        String byFile = written(logging, new LoggerContext(), context -> {
            context.setMDCAdapter(new LogbackMDCAdapter());
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            try {
                configurator.doConfigure(Path.of("src/main/resources/io/kafkasend/cli/logback.xml")
                        .toFile());
            } catch (JoranException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(withoutTime(byCommand)).isEqualTo(withoutTime(byFile));
        return byFile;
    }

    private static String withoutTime(String log) {
        return log.replaceAll("(?m)^\\d{4}-\\S+", "TIME");
    }

    private static String written(Consumer<Logger> logging, LoggerContext context, Consumer<LoggerContext> setUp) {
        PrintStream before = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            setUp.accept(context);
            logging.accept(context.getLogger("kafkasend.security"));
        } finally {
            context.stop();
            System.setErr(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aCommandThatEndsSoonHasTheLevelsOfTheFile() throws Exception {
        // Given
        String file = Files.readString(Path.of("src/main/resources/io/kafkasend/cli/logback.xml"));
        System.clearProperty("kafkasend.log.level"); // as other tests of this process may have left them
        System.clearProperty("kafkasend.kafka.log.level");
        CommandLog command = new CommandLog();

        // When
        command.initialize();

        // Then
        LoggerContext context = (LoggerContext) command.getLoggerFactory();
        Matcher logger = Pattern.compile("<logger name=\"([^\"]+)\" level=\"(?:.*[{:-])?([A-Z]+)[}]*\"")
                .matcher(file);
        int found = 0;
        while (logger.find()) {
            assertThat(context.getLogger(logger.group(1)).getLevel())
                    .as(logger.group(1))
                    .hasToString(logger.group(2));
            found++;
        }
        assertThat(found).isGreaterThan(5);
        assertThat(file).contains(CommandLog.PATTERN);
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
