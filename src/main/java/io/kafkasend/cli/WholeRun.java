package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.StandardOutput;
import java.util.List;
import java.util.Stack;
import java.util.regex.Pattern;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** What is looked at before and after every command: that its arguments arrived, and that its output did. */
final class WholeRun implements IParameterPreprocessor, IExecutionStrategy {
    /** What Java makes of bytes that the locale's charset does not have. */
    private static final char LOST = '\uFFFD';

    /** A header after -h, or in one with it: the earlier client's option for headers. */
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:(?!//).*", Pattern.DOTALL);

    private final Console surroundings;

    WholeRun(Console surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Looks at the arguments before any is understood.
     *
     * @throws ParameterException for one of which characters were lost on the way
     */
    @Override
    public boolean preprocess(
            Stack<String> arguments, CommandSpec command, ArgSpec argument, java.util.Map<String, Object> info) {
        if (arguments.stream().anyMatch(typed -> typed.indexOf(LOST) >= 0)) {
            throw new ParameterException(
                    command.commandLine(),
                    "an argument holds characters that the locale does not have, whose charset is "
                            + System.getProperty("sun.jnu.encoding") + ": set LC_ALL=C.UTF-8, or type UTF-8");
        }
        return false;
    }

    /** Runs the command; an {@link ExitCode}, which is no success where a part of the output is lost. */
    @Override
    public int execute(ParseResult parsed) {
        requireNoHeaderAsHelp(parsed);
        int code = new RunLast().execute(parsed);
        StandardOutput out = surroundings.standardOutput();
        boolean success = code == ExitCode.ANSWERED || code == ExitCode.API_ERROR;
        if (!success || out.failure().isEmpty()) {
            return code;
        }
        if (!out.readerWentAway()) {
            surroundings.complain(out.failure().get());
        }
        return ExitCode.FAILED;
    }

    private static void requireNoHeaderAsHelp(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (!last.isUsageHelpRequested() || last.commandSpec().findOption("--header") == null) {
            return;
        }
        List<String> typed = parsed.originalArgs();
        for (int i = 0; i < typed.size(); i++) {
            String joined = typed.get(i).startsWith("-h") ? typed.get(i).substring(2) : "";
            boolean next = typed.get(i).equals("-h") && i + 1 < typed.size() && isHeader(typed.get(i + 1));
            if (next || isHeader(joined)) {
                throw new ParameterException(
                        last.commandSpec().commandLine(), "-h is help; a header is -H 'NAME: VALUE'");
            }
        }
    }

    private static boolean isHeader(String text) {
        return HEADER.matcher(text).matches();
    }
}
