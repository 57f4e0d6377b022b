package io.kafkasend.cli.topic;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.option.VersionFromJar;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend dlq}: what became of records that name no client. */
@Command(
        name = "dlq",
        description = "Lists, shows and replays dead letters: records that name no client.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, and why in one line", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend dlq list", "  kafkasend dlq show 0:17", "  kafkasend dlq replay 0:17 0:18 --yes"})
public final class DlqCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** The command with its subcommands. */
    public static CommandLine of(Console surroundings) {
        return new CommandLine(new DlqCommand())
                .addSubcommand(new DlqList(surroundings))
                .addSubcommand(new DlqShow(surroundings))
                .addSubcommand(new DlqReplay(surroundings));
    }

    /** A command without a subcommand is a mistake. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list, show or replay");
    }
}
