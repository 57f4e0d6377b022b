package io.kafkasend.cli.output;

import io.kafkasend.cli.console.Console;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether a command prints one JSON object in place of lines. {@link ErrorLines} heeds it where the command fails. */
public final class JsonOption {
    public static final String NAME = "--json";

    @Option(names = NAME, description = "one JSON object on standard output, whatever the outcome")
    public boolean wanted;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The report of a command that sends no request, and has just begun. */
    public JsonReport report(Console surroundings) {
        return new JsonReport(surroundings.out(), JsonReport.name(command), new Attempted());
    }
}
