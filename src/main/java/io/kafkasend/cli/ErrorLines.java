package io.kafkasend.cli;

import io.kafkasend.security.Printable;
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
final class ErrorLines implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Surroundings surroundings;

    ErrorLines(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String line = oneLine(reason(failure));
        surroundings.err().println(name + ": " + line + " (see " + name + " --help)");
        if (Arrays.asList(arguments).contains("--json") && printsJson(command)) {
            new JsonReport(surroundings.out(), new Attempted()).misused(line);
        }
        return ExitCode.USAGE;
    }

    /** Whether {@code --json} of this command is a wish for JSON; that of another one names a file. */
    private static boolean printsJson(CommandLine command) {
        OptionSpec json = command.getCommandSpec().findOption("--json");
        return json != null && json.arity().max() == 0;
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
        print(failure);
        return ExitCode.FAILED;
    }

    /** The failure in one line. */
    void print(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        surroundings.err().println("kafkasend: " + oneLine(message));
        if (LogLevel.of(surroundings).detailed()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            surroundings.err().print(LogTrace.indented(trace.toString()));
        }
    }

    private static String oneLine(String text) {
        return Printable.line(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
