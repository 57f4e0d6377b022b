import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what picocli makes of the commands that are on the class path: AsciiDoc of the manual pages, one for each command, and the
 * completion for bash and zsh. `java -cp CLASSPATH Documents.java WORK PACKAGE VERSION`.
 */
final class Documents {
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[0]);
        String name = arguments[1];
        CommandLine commands = KafkaSend.commandLine(new Console(InputStream.nullInputStream(), System.out, System.err, false, Map.of()));
        withVersion(commands.getCommandSpec(), "kafkasend " + arguments[2]);
        Path pages = Files.createDirectories(work.resolve("adoc").resolve(name).resolve("man/man1"));
        int failed = ManPageGenerator.generateManPage(pages.toFile(), null, new boolean[0], false, commands.getCommandSpec());
        if (failed != 0) {
            throw new IllegalStateException("the manual pages cannot be made: " + failed);
        }
        try (Stream<Path> made = Files.list(pages)) {
            for (Path page : made.toList()) {
                // HOST:PORT[,...] would be a macro.
                Files.writeString(page, Files.readString(page).replaceAll("(\\w:\\w+)\\[(?=,)", "$1&#91;"));
            }
        }
        Path completion = Files.createDirectories(work.resolve("package").resolve(name).resolve("completion"));
        Files.writeString(completion.resolve("kafkasend"), AutoComplete.bash("kafkasend", commands));
    }

    /** Without Java's, which is the build's. */
    private static void withVersion(CommandSpec command, String version) {
        command.versionProvider(null);
        command.version(version);
        command.subcommands().values().forEach(each -> withVersion(each.getCommandSpec(), version));
    }
}
