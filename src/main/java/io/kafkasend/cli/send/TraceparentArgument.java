package io.kafkasend.cli.send;

import java.util.Stack;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Takes what looks like a {@code traceparent} behind {@code --trace}; what does not is the command's next argument. */
final class TraceparentArgument implements IParameterConsumer {
    private static final Pattern LIKE_ONE = Pattern.compile("[0-9a-fA-F]{2}-[0-9a-fA-F]{8,}-.*");

    @Override
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
        boolean given =
                !arguments.isEmpty() && LIKE_ONE.matcher(arguments.peek()).matches();
        option.setValue(given ? arguments.pop() : "");
    }
}
