package io.kafkasend.cli;

import io.kafkasend.security.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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
        surroundings.err().println(name + ": " + oneLine(failure.getMessage()) + " (see " + name + " --help)");
        return ExitCode.USAGE;
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
