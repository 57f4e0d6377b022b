package io.kafkasend.cli.send;

import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.Option;

/** What becomes of an answer. */
final class AnswerOptions {
    private static final Set<String> STANDARD_OUTPUT = Set.of("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "write the answer's body there, once it is complete and checked; what is no regular file, such as a"
                            + " pipe, as it comes; - is standard output, even for binary data on a terminal")
    private String output;

    @Option(
            names = {"-i", "--include"},
            description =
                    "print the answer's status and headers before its body, as curl does; on standard output, also where"
                            + " the body goes to a file")
    boolean include;

    @Option(names = "--fail", description = "exit with 3 when the API answers 4xx or 5xx")
    boolean fail;

    @Option(
            names = {"-q", "--quiet"},
            description = "neither status nor progress; errors only")
    boolean quiet;

    @Option(names = "--json", description = "one JSON object on standard output: status, headers, body, or the error")
    boolean json;

    /** Whether standard output was asked for by name. */
    boolean toStandardOutput() {
        return output != null && STANDARD_OUTPUT.contains(output);
    }

    /** Where the answer's body is to go; null for standard output. */
    Path file() {
        return output == null || toStandardOutput() ? null : Path.of(output);
    }
}
