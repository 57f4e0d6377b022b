package io.kafkasend.bench.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Command lines for this very version of KafkaSend, on this Java. Immutable. */
public final class JavaCommand {
    /** Set by the launcher: the directory that it is in. */
    static final String HOME = "kafkasend.home";

    private static final String MAIN = "io.kafkasend.cli.KafkaSend";

    /** As the launcher has them for commands of a short life. */
    private static final List<String> SHORT_LIFE =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private JavaCommand() {}

    /** A command of KafkaSend's that lives long, with more options for its JVM. */
    public static List<String> longLived(List<String> options, String... arguments) {
        return kafkaSend(options, arguments);
    }

    /** A command of KafkaSend's as a user runs it: through the launcher where that is known. */
    public static List<String> shortLived(String... arguments) {
        return launched(arguments).orElseGet(() -> shortLivedJava(arguments));
    }

    /** The portal as a user runs it: through the launcher where that is known. */
    public static List<String> portal() {
        return launched("portal").orElseGet(() -> longLived(List.of(), "portal"));
    }

    private static Optional<List<String>> launched(String... arguments) {
        return home().map(home -> home.resolve("kafkasend"))
                .filter(Files::isExecutable)
                .map(launcher -> {
                    List<String> command = new ArrayList<>();
                    command.add(launcher.toString());
                    command.addAll(Arrays.asList(arguments));
                    return command;
                });
    }

    /** The same, never through the launcher. */
    public static List<String> shortLivedJava(String... arguments) {
        return kafkaSend(SHORT_LIFE, arguments);
    }

    /** A class of the bench's own, with a log as a portal has it. */
    public static List<String> main(Class<?> type, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                tool("java"),
                "-Dlogback.configurationFile=io/kafkasend/cli/logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                type.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** The least that a JVM can do. */
    public static List<String> bareJvm() {
        return List.of(tool("java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-version");
    }

    /** A tool of this JDK. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Where the launcher is; empty when it was not started by that. */
    public static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
    }

    private static List<String> kafkaSend(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
