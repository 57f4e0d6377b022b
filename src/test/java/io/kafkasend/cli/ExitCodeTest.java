package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The exit codes are those that the documents, the helps and the schema name, and no others. */
class ExitCodeTest {
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| (.+) \\|$", Pattern.MULTILINE);

    @Test
    void theDocumentsTableHasEachExitCodeOnce() throws Exception {
        // Given
        String document = Files.readString(Path.of("docs/use/cli.md"));
        String section = document.substring(document.indexOf("## Exit codes\n"));
        String table = section.substring(0, section.indexOf("\n## ", 1));

        // When
        List<Integer> codes = ROW.matcher(table)
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();

        // Then
        assertThat(codes).containsExactlyInAnyOrderElementsOf(declared());
    }

    @Test
    void noHelpNamesAnotherExitCode() throws Exception {
        for (CommandLine command : commands()) {
            List<Integer> codes = command.getCommandSpec().usageMessage().exitCodeList().keySet().stream()
                    .map(Integer::valueOf)
                    .toList();
            assertThat(declared()).as(command.getCommandSpec().qualifiedName()).containsAll(codes);
        }
    }

    @Test
    void theSchemaHasThoseOfCommandsThatEndByThemselves() throws IOException {
        // Given
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("docs/json-output.schema.json").toFile());

        // When
        List<Integer> codes = new ArrayList<>();
        schema.at("/properties/exit_code/enum").forEach(code -> codes.add(code.asInt()));

        // Then
        assertThat(codes)
                .containsExactly(
                        ExitCode.ANSWERED,
                        ExitCode.FAILED,
                        ExitCode.USAGE,
                        ExitCode.API_ERROR,
                        ExitCode.TIMED_OUT,
                        ExitCode.NOT_FOUND);
    }

    private static TreeSet<Integer> declared() throws IllegalAccessException {
        TreeSet<Integer> codes = new TreeSet<>();
        for (Field field : Arrays.asList(ExitCode.class.getFields())) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                codes.add(field.getInt(null));
            }
        }
        return codes;
    }

    /** Every command, those below another too. */
    static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        List<CommandLine> open = new ArrayList<>(List.of(KafkaSend.commandLine(
                new Console(InputStream.nullInputStream(), System.out, System.err, false, Map.of()))));
        while (!open.isEmpty()) {
            CommandLine command = open.remove(0);
            all.add(command);
            open.addAll(command.getSubcommands().values());
        }
        return all;
    }
}
