package io.kafkasend.cli;

import io.kafkasend.cli.console.ExitCode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Stands for a command of a {@link Part} that this package of KafkaSend does not have, whatever its arguments are. */
@Command
final class AbsentCommand implements Callable<Integer> {
    private final Part part;

    @Unmatched
    private List<String> arguments;

    @Spec
    private CommandSpec spec;

    AbsentCommand(Part part) {
        this.part = part;
    }

    /**
     * Says so; never gives an {@link ExitCode}.
     *
     * @throws IOException always
     */
    @Override
    public Integer call() throws IOException {
        throw new IOException("'" + spec.name() + "' is not in this package, which comes without " + part.title()
                + "; the whole KafkaSend has it");
    }
}
