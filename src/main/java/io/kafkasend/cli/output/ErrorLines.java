package io.kafkasend.cli.output;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.LogLevel;
import io.kafkasend.cli.log.LogTrace;
import io.kafkasend.cli.output.JsonReport.Cause;
import io.kafkasend.client.ClientException;
import io.kafkasend.security.Printable;
import io.kafkasend.setting.Suggestions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every mistake and failure as one line on standard error; a stack trace only where CLIENT_LOG_LEVEL asks for it. */
public final class ErrorLines implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Console surroundings;
    private final Attempted run = new Attempted();

    public ErrorLines(Console surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String line = oneLine(reason(failure));
        surroundings.complainOf(name, line + " (see " + name + " --help)");
        if (Arrays.asList(arguments).contains(JsonOption.NAME) && !namesAFile(command)) {
            report(command).misused(line);
        }
        return ExitCode.USAGE;
    }

    /** Whether {@code --json} of this command is no wish for JSON, but where to write it. */
    private static boolean namesAFile(CommandLine command) {
        OptionSpec json = command.getCommandSpec().findOption(JsonOption.NAME);
        return json != null && json.arity().max() > 0;
    }

    private JsonReport report(CommandLine command) {
        return new JsonReport(surroundings.out(), JsonReport.name(command.getCommandSpec()), run);
    }

    /** What is unknown comes before what is missing: most often it is the same. */
    private static String reason(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        List<String> unmatched = failure instanceof UnmatchedArgumentException unknown
                ? unknown.getUnmatched()
                : failure instanceof MissingParameterException ? command.getUnmatchedArguments() : List.of();
        if (unmatched.isEmpty()) {
            return failure.getMessage();
        }
        CommandSpec spec = command.getCommandSpec();
        Optional<String> option = unmatched.stream()
                .filter(typed -> typed.startsWith("-") && typed.length() > 1)
                .findFirst();
        if (option.isPresent()) {
            String typed = option.get().split("=", 2)[0];
            List<String> names = spec.options().stream()
                    .filter(known -> !known.hidden())
                    .flatMap(known -> Arrays.stream(known.names()))
                    .filter(known -> known.startsWith("--"))
                    .toList();
            return "Unknown option " + typed + Suggestions.question(Suggestions.mostAlike(typed, names));
        }
        String typed = unmatched.get(0);
        if (spec.subcommands().isEmpty()) {
            return "Unmatched argument: " + typed;
        }
        Optional<String> meant = Suggestions.mostAlike(typed, spec.subcommands().keySet())
                .or(() -> new UnmatchedArgumentException(command, unmatched)
                        .getSuggestions().stream().findFirst());
        return "Unmatched argument, no such command: " + typed + Suggestions.question(meant);
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        int code = failure instanceof ClientException known ? ExitCode.of(known.kind()) : ExitCode.FAILED;
        OptionSpec json = command.getCommandSpec().findOption(JsonOption.NAME);
        if (json != null && Boolean.TRUE.equals(json.getValue())) {
            if (failure instanceof ClientException known) {
                report(command).failed(known, code);
            } else {
                Cause cause = failure instanceof IOException ? Cause.FILE : Cause.INTERNAL;
                report(command).failed(cause, line(failure), nothing -> {});
            }
        }
        new ErrorLines(detailed(command)).print(failure);
        return code;
    }

    /** The surroundings with the level that the command was given. */
    private Console detailed(CommandLine command) {
        OptionSpec level = command.getCommandSpec().findOption("--log-level");
        return level == null || level.getValue() == null
                ? surroundings
                : surroundings.with(LogLevel.VARIABLE, level.getValue());
    }

    /** The failure in one line. */
    public void print(Throwable failure) {
        surroundings.complain(line(failure));
        if (LogLevel.of(surroundings).detailed()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            surroundings.err().print(LogTrace.indented(trace.toString()));
        }
    }

    private static String line(Throwable failure) {
        return oneLine(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    private static String oneLine(String text) {
        return Printable.line(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
